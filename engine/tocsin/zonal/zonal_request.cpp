#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/zonal/zonal_request.hpp>

namespace tocsin {
namespace {

constexpr std::array names{
    std::pair{std::string_view("count"), ZonalStatistic::count},
    std::pair{std::string_view("coverage"), ZonalStatistic::coverage},
    std::pair{std::string_view("sum"), ZonalStatistic::sum},
    std::pair{std::string_view("mean"), ZonalStatistic::mean},
    std::pair{std::string_view("min"), ZonalStatistic::min},
    std::pair{std::string_view("max"), ZonalStatistic::max},
    std::pair{std::string_view("variance"), ZonalStatistic::variance},
    std::pair{std::string_view("stdev"), ZonalStatistic::stdev},
    std::pair{std::string_view("median"), ZonalStatistic::median},
    std::pair{std::string_view("majority"), ZonalStatistic::majority},
    std::pair{std::string_view("minority"), ZonalStatistic::minority},
    std::pair{std::string_view("variety"), ZonalStatistic::variety},
    std::pair{std::string_view("weighted_sum"), ZonalStatistic::weighted_sum},
    std::pair{std::string_view("weighted_mean"), ZonalStatistic::weighted_mean},
};

}  // namespace

ZonalRequest parse_zonal_request(std::string_view text) {
  for (const auto& [name, kind] : names)
    if (text == name) return {kind, 0.5, std::string(text)};
  constexpr std::string_view opening = "quantile(";
  if (text.starts_with(opening) && text.ends_with(")")) {
    const std::string_view number = text.substr(opening.size(), text.size() - opening.size() - 1);
    double probability = -1;
    const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), probability);
    if (fault == std::errc{} && end == number.data() + number.size() && probability >= 0 && probability <= 1)
      return {ZonalStatistic::quantile, probability, std::string(text)};
    throw Error(ErrorCode::invalid_argument,
                fmt::format("'{}': a quantile needs a number from 0 to 1, such as quantile(0.9)", text));
  }
  std::vector<std::string> all;
  for (const auto& [name, kind] : names) all.emplace_back(name);
  all.emplace_back("quantile(0.9)");
  throw Error(ErrorCode::invalid_argument, fmt::format("there is no statistic '{}'{}; there are: {}", text,
                                                       did_you_mean(text, all), fmt::join(all, ", ")));
}

}  // namespace tocsin
