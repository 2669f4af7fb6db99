#include "own_indicators.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/event_source.hpp>

#include "own_layers.hpp"

namespace tocsin::cli {
namespace {

using data::FileKind;

/// What an indicator of events takes beside events. What it takes of records is its where clause.
struct EventNeed {
  const char* id;
  bool persons = false;
  bool population = false;
  bool neighbours = false;
  bool actor = false;
  int days = 0;               ///< of history
  const char* column = "";    ///< that the source must have
  bool any_category = false;  ///< without a record that satisfies its where clause, all records count
};

const std::vector<EventNeed> of_incidents{
    {.id = "crsv-density", .any_category = true},
    {.id = "crsv-count"},
    {.id = "crsv-survivors", .persons = true},
    {.id = "crsv-rate", .persons = true, .population = true},
    {.id = "crsv-trend", .days = 400},
    {.id = "crsv-yoy", .days = 760},
    {.id = "crsv-surge", .days = 400},
    {.id = "crsv-spillover", .neighbours = true},
    {.id = "captivity"},
    {.id = "forced-recruitment"},
    {.id = "cattle-raid"},
};
const std::vector<EventNeed> of_conflict{
    {.id = "clash-density", .any_category = true},
    {.id = "vac-density"},
    {.id = "one-sided-deaths", .column = "best"},
    {.id = "clash-surge", .days = 400, .any_category = true},
    {.id = "contested-control", .actor = true, .any_category = true},
    {.id = "front-proximity", .any_category = true},
    {.id = "conflict-spillover", .neighbours = true},
    {.id = "control-change"},
    {.id = "looting-arson"},
    {.id = "abduction-density"},
    {.id = "splintering"},
    {.id = "new-base"},
    {.id = "cattle-raid"},
};

/// Where clauses of the catalogue speak ACLED; these say the same of UCDP GED.
const std::map<std::string, std::string> ged_where{
    {"clash-density", "type_of_violence IN (1, 2)"},
    {"clash-surge", "type_of_violence IN (1, 2)"},
    {"front-proximity", "type_of_violence IN (1, 2)"},
    {"contested-control", ""},
};

bool holds_conflict(const OwnSource& source) {
  return source.look.format == "acled" || source.look.format == "ucdp-ged" ||
         names_any(source.name + " " + std::filesystem::path(source.path).filename().string(),
                   {"conflict", "clash", "battle", "combat", "affrontement", "security", "securit"});
}

/// Columns that a where clause names: words outside quotes that are none of OGR SQL's own.
std::vector<std::string> columns_in(const std::string& where) {
  static const std::set<std::string> own{"and", "or", "in", "not", "like", "ilike", "is", "null", "between"};
  std::vector<std::string> columns;
  std::string word;
  bool quoted = false;
  for (const char letter : where + " ") {
    if (letter == '\'') quoted = !quoted;
    const bool part = !quoted && (std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_');
    if (part) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
      continue;
    }
    if (!word.empty() && std::isdigit(static_cast<unsigned char>(word.front())) == 0 && !own.contains(word))
      columns.push_back(word);
    word.clear();
  }
  return columns;
}

bool has_column(const OwnSource& source, const std::string& wanted) {
  const auto same = [&](const std::string& column) {
    return std::equal(column.begin(), column.end(), wanted.begin(), wanted.end(), [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    });
  };
  const auto& columns = source.look.column_names;
  const bool by_format = source.look.format == "acled" || source.look.format == "ucdp-ged";
  return std::any_of(columns.begin(), columns.end(), same) || source.look.columns.contains(wanted) ||
         (by_format && (wanted == "category" || wanted == "actor"));
}

std::string where_of(const CatalogueEntry& entry) {
  for (const auto& [key, value] : *entry.defaults.table())
    if (key == "where" && value.text() != nullptr) return *value.text();
  return {};
}

bool is_density(const CatalogueEntry& entry) {
  for (const auto& [key, value] : *entry.defaults.table())
    if (key == "measure" && value.table() != nullptr)
      for (const auto& [inner, item] : *value.table())
        if (inner == "kind" && item.text() != nullptr) return *item.text() == "density";
  return false;
}

/// How many records of a source satisfy each of some where clauses whose columns it has.
std::map<std::string, std::int64_t> matches(const OwnSource& source, const std::vector<std::string>& clauses) {
  EventRequest request;
  for (const std::string& clause : clauses) {
    const auto columns = columns_in(clause);
    const bool known = std::all_of(columns.begin(), columns.end(),
                                   [&](const std::string& column) { return has_column(source, column); });
    if (!clause.empty() && known) request.filters.push_back(clause);
  }
  std::map<std::string, std::int64_t> counts;
  if (request.filters.empty()) return counts;
  const EventBatch batch = data::open_events(source.spec)->read(request);
  for (std::size_t f = 0; f < request.filters.size(); ++f)
    counts[request.filters[f]] = std::count(batch.matches[f].begin(), batch.matches[f].end(), 1);
  return counts;
}

/// Plans the indicators of one source of events.
class EventPlan {
 public:
  EventPlan(const OwnData& own, const OwnChoices& choices, const OwnSource& source, IndicatorPlan& plan,
            std::map<std::string, std::string>& needs)
      : own_(own), choices_(choices), source_(source), plan_(plan), needs_(needs) {}

  void add(const std::vector<EventNeed>& wanted) {
    std::vector<std::string> clauses;
    for (const EventNeed& need : wanted) clauses.push_back(where_for(need));
    const auto counts = matches(source_, clauses);
    for (const EventNeed& need : wanted) {
      const CatalogueEntry* entry = find_in_catalogue(need.id);
      if (entry == nullptr || !entry->available) continue;
      const std::string lacking = lack_of(need);
      const std::string where = where_for(need);
      const auto found = counts.find(where);
      const bool matched = where.empty() || (found != counts.end() && found->second > 0);
      if (!lacking.empty() || (!matched && !need.any_category)) {
        if (!lacking.empty())
          needs_[need.id] = lacking;
        else if (found != counts.end())  // without its columns the catalogue's own words say enough
          needs_[need.id] = fmt::format("{}: no record of {} satisfies \"{}\"", entry->data, source_.name, where);
        continue;
      }
      feed(*entry, matched ? where : std::string());
    }
  }

 private:
  [[nodiscard]] std::string where_for(const EventNeed& need) const {
    const auto of_ged = ged_where.find(need.id);
    if (source_.look.format == "ucdp-ged" && of_ged != ged_where.end()) return of_ged->second;
    const CatalogueEntry* entry = find_in_catalogue(need.id);
    return entry == nullptr ? std::string() : where_of(*entry);
  }

  /// What is missing for it, in words; empty when nothing is.
  [[nodiscard]] std::string lack_of(const EventNeed& need) const {
    const auto& events = source_.events;
    if (need.persons &&
        std::all_of(events.persons.begin(), events.persons.end(), [](double persons) { return std::isnan(persons); }))
      return fmt::format("the number of survivors in {}", source_.name);
    if (need.population && !own_.population && own_.units->look.areas.population.empty())
      return "people: a raster of population, or an attribute of the areas";
    if (need.neighbours && choices_.areas < 2) return "more than one area";
    if (need.actor && !has_column(source_, "actor")) return fmt::format("a column for the actor in {}", source_.name);
    if (*need.column != '\0' && !has_column(source_, need.column))
      return fmt::format("a column '{}' in {}", need.column, source_.name);
    if (source_.summary.first && days_between(*source_.summary.first, choices_.to) < need.days)
      return fmt::format("{} days of history; {} begins {}", need.days, source_.name,
                         to_string(*source_.summary.first));
    return {};
  }

  void feed(const CatalogueEntry& entry, const std::string& where) {
    FedIndicator fed{&entry, entry.id, source_.name, {}, {}};
    for (const FedIndicator& other : plan_.fed)
      if (other.id == entry.id) fed.id = fmt::format("{}-{}", entry.id, source_.name);
    if (fed.id != entry.id)
      fed.notes.emplace_back("another source feeds the same indicator: take one out where both tell the same events");
    const std::string own = where_of(entry);
    if (where != own) {
      fed.keys.emplace_back("where", toml_text(where));
      if (where.empty() && source_.look.format != "ucdp-ged")
        fed.notes.push_back(fmt::format("all records count: the catalogue's clause, {}, fits none of them", own));
    }
    const auto chosen = choices_.bandwidths.find(source_.name);
    if (is_density(entry) && chosen != choices_.bandwidths.end() &&
        (entry.id == "crsv-density" || entry.id == "clash-density")) {
      fed.keys.emplace_back("measure",
                            fmt::format("{{ bandwidth = {} }}", toml_text(length_text(chosen->second.bandwidth))));
      fed.notes.push_back(fmt::format("bandwidth: {}", chosen->second.why));
    } else if (is_density(entry)) {
      fed.notes.emplace_back(chosen == choices_.bandwidths.end()
                                 ? "bandwidth: the catalogue's, as fewer than 50 events have an exact place"
                                 : "bandwidth: the catalogue's");
    }
    needs_.erase(entry.id);
    plan_.fed.push_back(std::move(fed));
  }

  const OwnData& own_;
  const OwnChoices& choices_;
  const OwnSource& source_;
  IndicatorPlan& plan_;
  std::map<std::string, std::string>& needs_;
};

}  // namespace

IndicatorPlan plan_indicators(const OwnData& own, const OwnChoices& choices) {
  IndicatorPlan plan;
  std::map<std::string, std::string> needs;
  for (const OwnSource& source : own.sources) {
    if (source.look.kind != FileKind::events) continue;
    EventPlan(own, choices, source, plan, needs).add(holds_conflict(source) ? of_conflict : of_incidents);
  }
  for (const OwnSource& source : own.sources)
    if (source.look.kind != FileKind::events) plan_layer(own, source, plan, needs);
  if (std::none_of(plan.fed.begin(), plan.fed.end(), [](const auto& fed) { return fed.entry->role == "risk"; }))
    throw Error(ErrorCode::usage,
                "no indicator of risk in the catalogue can be fed by these files: give them events, or write a "
                "scenario by hand (docs/scenario.md)");
  for (const CatalogueEntry& entry : catalogue()) {
    const bool fed =
        std::any_of(plan.fed.begin(), plan.fed.end(), [&](const auto& one) { return one.entry == &entry; });
    if (fed || !entry.available) continue;
    const auto need = needs.find(entry.id);
    plan.unfed.push_back({&entry, need != needs.end()    ? need->second
                                  : entry.data == "none" ? "no data, only the months of the season here"
                                                         : entry.data});
  }
  return plan;
}

std::string toml_text(const std::string& text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\')
      quoted += {'\\', letter};
    else if (byte < 0x20 || byte == 0x7f)
      quoted += fmt::format("\\u{:04x}", byte);
    else
      quoted += letter;
  }
  return quoted + '"';
}

}  // namespace tocsin::cli
