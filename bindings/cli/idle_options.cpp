#include "idle_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>

namespace tocsin::cli {

void refuse_idle_options(const CLI::App& verb, const std::vector<IdleOptions>& table) {
  for (const IdleOptions& row : table) {
    if (!row.idle) continue;
    std::vector<std::string> given;
    for (const std::string& option : row.options)
      if (verb.get_option(option)->count() > 0) given.push_back(option);
    if (!given.empty())
      throw Error(ErrorCode::usage, fmt::format("{} {} no effect {}", fmt::join(given, " and "),
                                                given.size() == 1 ? "has" : "have", row.why));
  }
}

}  // namespace tocsin::cli
