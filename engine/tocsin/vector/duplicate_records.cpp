#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <tocsin/grid/raster.hpp>
#include <tocsin/vector/duplicate_records.hpp>
#include <tocsin/vector/placement.hpp>
#include <tocsin/vector/unit_names.hpp>

namespace tocsin {
namespace {

/// Readers put what no projection reaches beyond this, all on one point. The earth is smaller.
constexpr double farthest_m = 1e9;

/// Words that set a group apart from the one that it left or fights, folded (English, French, Spanish, Portuguese).
constexpr std::array<std::string_view, 25> apart{"anti",      "breakaway",  "contre",      "defectors",  "dissidence",
                                                 "dissident", "dissidente", "dissidentes", "dissidents", "disidentes",
                                                 "ex",        "faccao",     "faccion",     "faction",    "factions",
                                                 "former",    "io",         "mutineers",   "mutins",     "oposicao",
                                                 "oposicion", "opposition", "rebels",      "splinter",   "versus"};

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

/// Numbers of a column's distinct values, each folded once.
template <typename Fold>
std::vector<std::int32_t> numbers_of(const Categorical& column, ComparedTexts& texts, Fold fold) {
  std::vector<std::int32_t> numbers;
  for (const std::string& level : column.levels) numbers.push_back(texts.number(fold(level)));
  return numbers;
}

std::int32_t number_at(const Categorical& column, const std::vector<std::int32_t>& numbers, std::size_t event) {
  if (event >= column.codes.size() || column.codes[event] < 0) return -1;
  return numbers[static_cast<std::size_t>(column.codes[event])];
}

bool reached(double x, double y) {
  return std::isfinite(x) && std::isfinite(y) && std::abs(x) < farthest_m && std::abs(y) < farthest_m;
}

struct Place {
  double score = 0, distance_m = 0;
  bool same_unit = false;
};

bool same_names(const ComparedRecord& a, const ComparedRecord& b, std::size_t level) {
  if (a.admin[level] < 0 || a.admin[level] != b.admin[level]) return false;
  for (std::size_t above = 1; above < level; ++above)
    if (a.admin[above] >= 0 && b.admin[above] >= 0 && a.admin[above] != b.admin[above]) return false;
  return true;
}

bool same_unit(const ComparedRecord& a, const ComparedRecord& b) {
  const bool both_units = !a.point && !b.point, both_coded = a.code >= 0 && b.code >= 0;
  if (both_units && a.level != b.level) return false;
  if (both_coded && a.code == b.code) return true;
  if (both_units && both_coded) return false;
  return same_names(a, b, a.point ? b.level : a.level);
}

std::optional<Place> compare_places(const ComparedRecord& a, const ComparedRecord& b, const DuplicateOptions& options) {
  const double distance = std::hypot(a.x - b.x, a.y - b.y);
  if (a.point && b.point) {
    const double reach = options.within_m + a.radius_m + b.radius_m;
    if (!(distance <= reach)) return {};
    return Place{reach > 0 ? 1 - distance / reach : 1, distance, false};
  }
  if (!same_unit(a, b)) return {};
  return Place{1, distance, true};
}

double compare_days(const ComparedRecord& a, const ComparedRecord& b, const DuplicateOptions& options) {
  const double one = a.days(), other = b.days();
  return (1 - gap_days(a, b) / (options.days + 1.0)) * std::sqrt(std::min(one, other) / std::max(one, other));
}

}  // namespace

std::int32_t ComparedTexts::number(const std::string& folded) {
  if (folded.empty()) return -1;
  const auto [known, is_new] = numbers_.try_emplace(folded, static_cast<std::int32_t>(texts_.size()));
  if (is_new) texts_.push_back(folded);
  return known->second;
}

std::vector<ComparedRecord> compared_records(const EventsOfSource& source, ComparedTexts& texts) {
  const Events& events = *source.events;
  const auto fold = [](const std::string& text) { return fold_name(text); };
  const auto bare = [](const std::string& text) { return bare_unit_name(fold_name(text)); };
  const std::array<const Categorical*, 3> units{&events.admin1, &events.admin2, &events.admin3};
  std::array<std::vector<std::int32_t>, 3> names;
  for (std::size_t level = 0; level < units.size(); ++level) names[level] = numbers_of(*units[level], texts, bare);
  const auto codes = numbers_of(events.area_code, texts, fold), actors = numbers_of(events.actor, texts, fold),
             categories = numbers_of(events.category, texts, fold);
  std::vector<ComparedRecord> records;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!source.usable.empty() && source.usable[i] == 0) continue;
    const PlacePrecision& known = events.precision[i];
    ComparedRecord record;
    record.point = known.kind == PlaceKind::point || known.kind == PlaceKind::disc;
    const bool has_place = reached(events.x[i], events.y[i]);
    if (record.point ? !has_place : known.kind != PlaceKind::admin) continue;
    record.level = std::min<std::uint8_t>(known.admin_level, 3);
    if (!record.point && record.level == 0) continue;
    record.event = i;
    record.x = has_place ? events.x[i] : not_observed;
    record.y = has_place ? events.y[i] : not_observed;
    record.radius_m = known.kind == PlaceKind::disc ? static_cast<double>(known.radius_m) : 0;
    record.first = events.first_day[i];
    record.last = events.last_day[i];
    record.persons = events.persons[i];
    record.code = number_at(events.area_code, codes, i);
    record.actor = number_at(events.actor, actors, i);
    record.category = number_at(events.category, categories, i);
    for (std::size_t level = 0; level < units.size(); ++level)
      record.admin[level + 1] = number_at(*units[level], names[level], i);
    records.push_back(record);
  }
  return records;
}

int gap_days(const ComparedRecord& a, const ComparedRecord& b) {
  return std::max({0, days_between(a.last, b.first), days_between(b.last, a.first)});
}

double best_score(int shorter_days, int longer_days) {
  constexpr double compared = 5;  // place, day, actor, persons, category
  return (compared - 1 + std::sqrt(static_cast<double>(shorter_days) / longer_days)) / compared;
}

bool same_actor(std::string_view one, std::string_view other) {
  if (one == other) return true;
  const std::vector<std::string_view> a = words_of(one), b = words_of(other);
  const auto& few = a.size() <= b.size() ? a : b;
  const auto& many = a.size() <= b.size() ? b : a;
  const auto found = std::search(many.begin(), many.end(), few.begin(), few.end());
  if (few.empty() || found == many.end()) return false;
  const auto sets_apart = [](std::string_view word) {
    return std::find(apart.begin(), apart.end(), word) != apart.end();
  };
  return std::none_of(many.begin(), found, sets_apart) &&
         std::none_of(found + static_cast<std::ptrdiff_t>(few.size()), many.end(), sets_apart);
}

std::optional<DuplicatePair> compare(const ComparedRecord& a, const ComparedRecord& b, const ComparedTexts& texts,
                                     const DuplicateOptions& options) {
  const auto place = compare_places(a, b, options);
  if (!place) return {};
  double sum = place->score + compare_days(a, b, options);
  int parts = 2;
  if (a.actor >= 0 && b.actor >= 0) {
    sum += a.actor == b.actor || same_actor(texts.text(a.actor), texts.text(b.actor)) ? 1 : 0;
    ++parts;
  }
  if (a.persons > 0 && b.persons > 0) {
    sum += std::min(a.persons, b.persons) / std::max(a.persons, b.persons);
    ++parts;
  }
  if (a.category >= 0 && a.category == b.category) {
    sum += 1;
    ++parts;
  }
  DuplicatePair pair;
  pair.first_event = a.event;
  pair.second_event = b.event;
  pair.score = sum / parts;
  if (pair.score < options.least_score) return {};
  pair.distance_m = place->distance_m;
  pair.days_apart = gap_days(a, b);
  pair.same_unit = place->same_unit;
  return pair;
}

}  // namespace tocsin
