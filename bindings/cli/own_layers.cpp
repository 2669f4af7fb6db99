#include "own_layers.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include <tocsin/data/table_source.hpp>

namespace tocsin::cli {
namespace {

using data::FileKind;

/// What points are called, and the indicator that they feed.
struct PointWords {
  const char* id;
  std::vector<const char*> stems;
};
const std::vector<PointWords> point_words{
    {"service-reach", {"clinic", "health", "hospital", "hopita", "sante", "salud", "medical", "service"}},
    {"peacekeeper-reach", {"base", "peacekeep", "mission", "unmiss", "monusco", "minusca"}},
    {"border-proximity", {"crossing", "border", "frontier", "frontera"}},
    {"collection-distance", {"water", "well", "borehole", "firewood", "wood", "forage", "puits"}},
    {"contraband-funding", {"mine", "mining", "gold", "diamond"}},
    {"cantonment-proximity", {"cantonment", "training"}},
    {"forces-near-civilians", {"barrack", "outpost", "garrison", "military"}},
    {"detention-proximity", {"detention", "prison"}},
    {"site-proximity", {"idp", "camp", "displace", "site", "deplace"}},
};

std::string words_of(const OwnSource& source) {
  return source.name + " " + std::filesystem::path(source.path).filename().string();
}

void feed(const std::string& id, const OwnSource& source, std::vector<std::pair<std::string, std::string>> keys,
          std::vector<std::string> notes, IndicatorPlan& plan) {
  const CatalogueEntry* entry = find_in_catalogue(id);
  if (entry == nullptr || !entry->available) return;
  FedIndicator fed{entry, id, source.name, std::move(keys), std::move(notes)};
  for (const FedIndicator& other : plan.fed)
    if (other.id == id) fed.id = fmt::format("{}-{}", id, source.name);
  plan.fed.push_back(std::move(fed));
}

/// The catalogue's where clause of sites asks for a column that a file of nothing else does not have.
std::vector<std::pair<std::string, std::string>> without_where(const std::string& id) {
  for (const auto& [key, value] : *find_in_catalogue(id)->defaults.table())
    if (key == "where") return {{"where", "\"\""}};
  return {};
}

std::string column(const OwnSource& source, const char* role) {
  return fmt::format("{} = {}", role, toml_text(source.look.columns.at(role)));
}

void plan_points(const OwnSource& source, IndicatorPlan& plan) {
  for (const auto& [id, stems] : point_words) {
    if (!names_any(words_of(source), stems)) continue;
    return feed(id, source, without_where(id), {"taken for this by its name"}, plan);
  }
}

void plan_flows(const OwnData& own, const OwnSource& source, IndicatorPlan& plan) {
  if (!source.look.columns.contains("destination")) return;
  const bool people = own.population || !own.units->look.areas.population.empty();
  const std::string id = people ? "idp-arrivals" : "refugee-influx";
  feed(id, source,
       {{"measure", fmt::format("{{ {}, {}, {} }}", column(source, "destination"), column(source, "date"),
                                column(source, "persons"))}},
       {"one of idp-arrivals, refugee-influx, returns: take the one that the table tells"}, plan);
}

void plan_gaps(const OwnSource& source, IndicatorPlan& plan) {
  feed("access-days", source,
       {{"measure",
         fmt::format("{{ {}, {}, {} }}", column(source, "code"), column(source, "from"), column(source, "to"))}},
       {"where nobody can go nobody reports: reports from there are then not observed"}, plan);
}

/// The first column of days of a table that holds others than 2021-08-31, which is how tables are read; empty: none.
std::string unread_days(const OwnSource& source) {
  const Table table = data::open_table(source.spec)->read();
  for (const char* role : {"date", "from", "to"}) {
    const auto entry = source.look.columns.find(role);
    if (entry == source.look.columns.end()) continue;
    const auto found = std::find(table.columns.begin(), table.columns.end(), entry->second);
    if (found == table.columns.end()) continue;
    const auto index = static_cast<std::size_t>(found - table.columns.begin());
    const auto is_other = [&](const auto& row) { return !row[index].empty() && !parse_day(row[index]); };
    if (10 * std::count_if(table.rows.begin(), table.rows.end(), is_other) >
        static_cast<std::ptrdiff_t>(table.rows.size()))
      return entry->second;
  }
  return {};
}

}  // namespace

void plan_layer(const OwnData& own, const OwnSource& source, IndicatorPlan& plan,
                std::map<std::string, std::string>& needs) {
  const bool is_table =
      source.look.kind == FileKind::flows || source.look.kind == FileKind::gaps || source.look.kind == FileKind::dates;
  if (is_table && !unread_days(source).empty()) return;
  switch (source.look.kind) {
    case FileKind::points:
      return plan_points(source, plan);
    case FileKind::flows:
      return plan_flows(own, source, plan);
    case FileKind::gaps:
      return plan_gaps(source, plan);
    case FileKind::dates:
      if (names_any(words_of(source), {"election", "vote", "poll", "scrutin", "eleccion"}))
        return feed("election-window", source, {{"measure", fmt::format("{{ {} }}", column(source, "date"))}}, {},
                    plan);
      for (const char* id : {"election-window", "peace-milestone", "mission-transition", "site-closure"})
        needs[id] = fmt::format("{}: `source = \"{}\"`, if that is what its dates are", find_in_catalogue(id)->data,
                                source.name);
      return;
    case FileKind::raster:
      if (names_any(words_of(source), {"travel", "friction", "accessib"}))
        needs["state-absence"] = fmt::format("hours of travel: `source = \"{}\"`, if it is in hours", source.name);
      return;
    default:
      return;
  }
}

std::string idle_source(const OwnSource& source, const OwnData& own, const IndicatorPlan& plan) {
  for (const FedIndicator& fed : plan.fed)
    if (fed.source == source.name) return {};
  if (own.population && &own.sources[*own.population] == &source) return {};
  switch (source.look.kind) {
    case FileKind::flows:
    case FileKind::gaps:
      if (const std::string days = unread_days(source); !days.empty())
        return fmt::format("no indicator is fed: write the days of '{}' as 2021-08-31", days);
      return "no indicator is fed: it has no destination";
    case FileKind::points:
      return "no indicator is fed: its name does not say what it is; measure = { kind = \"proximity\" } takes it";
    case FileKind::lines:
      return "no indicator is fed: measure = { kind = \"proximity\" } takes it; of roads also spillover, as `roads`";
    case FileKind::raster:
      return "no indicator is fed: measure = { kind = \"value\" } takes it";
    case FileKind::dates:
      return "no indicator is fed: measure = { kind = \"calendar\" } takes it; the list below says which there are";
    case FileKind::area_rows:
      return "no indicator is fed: measure = { kind = \"trend\", from = \"table\", field = ... } takes it, or surge";
    default:
      return "no indicator is fed";
  }
}

}  // namespace tocsin::cli
