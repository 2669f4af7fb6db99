#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/units.hpp>

namespace tocsin {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array length_units{Unit{"km", 1000.0}, Unit{"m", 1.0}};
constexpr std::array memory_units{Unit{"GB", 1e9}, Unit{"MB", 1e6}};
constexpr std::array duration_units{Unit{"day", 1.0},        Unit{"days", 1.0},    Unit{"d", 1.0},
                                    Unit{"week", 7.0},       Unit{"weeks", 7.0},   Unit{"month", 30.4375},
                                    Unit{"months", 30.4375}, Unit{"year", 365.25}, Unit{"years", 365.25}};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<double> parse_quantity(std::string_view text, std::span<const Unit> units) {
  text = trimmed(text);
  double number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || !std::isfinite(number)) return {};
  const std::string_view unit = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  for (const Unit& known : units)
    if (unit == known.name && std::isfinite(number * known.factor)) return number * known.factor;
  return {};
}

}  // namespace

Length parse_length(std::string_view text) {
  if (const auto value = parse_quantity(text, length_units)) return metres(*value);
  throw Error(ErrorCode::invalid_argument,
              fmt::format("'{}' is not a length; write a number and a unit, such as \"25 km\" or \"500 m\"", text));
}

Duration parse_duration(std::string_view text) {
  if (const auto value = parse_quantity(text, duration_units)) return days(*value);
  throw Error(
      ErrorCode::invalid_argument,
      fmt::format("'{}' is not a duration; write a number and a unit, such as \"90 days\" or \"6 weeks\"", text));
}

double parse_bytes(std::string_view text) {
  if (const auto value = parse_quantity(text, memory_units); value && *value > 0) return *value;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("'{}' is not an amount of memory; write \"4 GB\" or \"500 MB\"", text));
}

}  // namespace tocsin
