#include "named_place.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>

namespace tocsin::cli {

std::size_t place_named(const std::string& option, const std::string& text, std::span<const std::string> codes,
                        std::span<const std::string> names) {
  if (const auto code = std::ranges::find(codes, text); code != codes.end())
    return static_cast<std::size_t>(code - codes.begin());
  if (const auto same = std::ranges::count(names, text); same > 1)
    throw Error(ErrorCode::usage,
                fmt::format("{} {}: {} places have that name; give the code of one", option, text, same));
  if (const auto name = std::ranges::find(names, text); name != names.end())
    return static_cast<std::size_t>(name - names.begin());
  std::vector<std::string> all(codes.begin(), codes.end());
  all.insert(all.end(), names.begin(), names.end());
  throw Error(ErrorCode::usage,
              fmt::format("{} {}: no place has the code or name '{}'{}", option, text, text, did_you_mean(text, all)));
}

std::string place_label(const std::string& code, const std::string& name) {
  return name == code ? fmt::format("'{}'", code) : fmt::format("'{}' ({})", name, code);
}

}  // namespace tocsin::cli
