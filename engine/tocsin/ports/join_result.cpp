#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/ports/join_result.hpp>

namespace tocsin {
namespace {

constexpr std::size_t most_named = 3;

/// "'SS01', 'SS02', 'SS03' and 7 more"
std::string first_few(const std::vector<std::string>& names) {
  const std::vector<std::string> few(names.begin(),
                                     names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), most_named)));
  return fmt::format("{}{}", fmt::join(few, ", "),
                     names.size() > most_named ? fmt::format(" and {} more", names.size() - most_named) : "");
}

std::string counted(std::int64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::string to_string(JoinKind kind) {
  constexpr std::array<const char*, 6> words{"matched", "carried", "near", "unmatched", "doubled", "absent"};
  return words[static_cast<std::size_t>(kind)];
}

std::int64_t SourceJoin::count(JoinKind kind) const {
  return std::count_if(keys.begin(), keys.end(), [&](const JoinedKey& key) { return key.kind == kind; });
}

std::int64_t SourceJoin::rows(JoinKind kind) const {
  std::int64_t rows = 0;
  for (const JoinedKey& key : keys)
    if (key.kind == kind) rows += key.rows;
  return rows;
}

bool SourceJoin::plain() const {
  return std::all_of(keys.begin(), keys.end(), [](const JoinedKey& key) { return key.kind == JoinKind::matched; });
}

std::vector<std::string> SourceJoin::warnings() const {
  std::vector<std::string> result;
  const auto named = [&](JoinKind kind, const auto& text) {
    std::vector<std::string> names;
    for (const JoinedKey& key : keys)
      if (key.kind == kind) names.push_back(text(key));
    return records ? std::string() : fmt::format(" ({})", first_few(names));
  };
  const auto plain_key = [](const JoinedKey& key) { return fmt::format("'{}'", key.key); };
  const auto add = [&](JoinKind kind, const char* one, const char* many, const std::string& names,
                       const std::string& what) {
    if (const std::int64_t keys_of = count(kind); keys_of > 0)
      result.push_back(
          fmt::format("source '{}', {}: {}{}{}", source, column, counted(keys_of, one, many), names, what));
  };
  const auto rows_of = [&](JoinKind kind) { return counted(rows(kind), "row", "rows"); };
  add(JoinKind::near, "place is written nearly as an area is", "places are written nearly as areas are",
      named(JoinKind::near, [](const JoinedKey& key) { return fmt::format("'{}': {}?", key.key, key.suggestion); }),
      fmt::format("; not used, {}: confirm it in [areas.aliases] (see joins.csv)", rows_of(JoinKind::near)));
  add(JoinKind::unmatched, "place matches no area", "places match no area", named(JoinKind::unmatched, plain_key),
      fmt::format("; not used, {} (see joins.csv)", rows_of(JoinKind::unmatched)));
  std::set<std::string> done;  // with what is doubled
  for (const JoinedKey& key : keys)
    if (key.kind == JoinKind::doubled) done.insert(key.suggestion);
  add(JoinKind::doubled, "place has several rows for one date", "places have several rows for one date",
      named(JoinKind::doubled, plain_key),
      fmt::format(", {}: {}", rows_of(JoinKind::doubled), fmt::join(done, "; or ")));
  add(JoinKind::absent, "area has no row and is not observed", "areas have no row and are not observed",
      named(JoinKind::absent, [](const JoinedKey& key) { return fmt::format("{} {}", key.key, key.suggestion); }), "");
  add(JoinKind::carried, "place of another edition of the areas was carried to the reporting units",
      "places of other editions of the areas were carried to the reporting units", named(JoinKind::carried, plain_key),
      fmt::format(", {} (see joins.csv)", rows_of(JoinKind::carried)));
  return result;
}

}  // namespace tocsin
