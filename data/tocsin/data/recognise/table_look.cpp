#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/data/formats/acled.hpp>
#include <tocsin/data/formats/incidents.hpp>
#include <tocsin/data/formats/ucdp_ged.hpp>
#include <tocsin/data/recognise/table_look.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin::data {
namespace {

using Names = std::initializer_list<const char*>;

const Names from_names{"from",   "date from", "from date", "start",      "start date", "date start",
                       "opened", "open",      "debut",     "date debut", "valid from", "desde"};
const Names to_names{"to",     "date to", "to date",  "end",      "end date", "date end",
                     "closed", "fin",     "date fin", "valid to", "hasta"};
const Names code_names{"pcode", "code", "area", "area code"};
const Names origin_names{"origin", "from area", "origine", "origen", "provenance"};
const Names destination_names{"destination", "to area", "destino"};
const Names persons_names{"individuals", "people", "arrivals", "personnes"};
const Names name_names{"name", "nom", "nombre", "site name", "facility name"};

/// The columns of a table, found by folded names.
class Columns {
 public:
  explicit Columns(const std::vector<std::string>& columns) : columns_(columns) {
    for (const std::string& column : columns) folded_.push_back(fold_name(column));
  }
  [[nodiscard]] std::optional<std::string> find(Names names) const {
    for (const char* name : names)
      for (std::size_t i = 0; i < folded_.size(); ++i)
        if (folded_[i] == name) return columns_[i];
    return {};
  }

 private:
  const std::vector<std::string>& columns_;
  std::vector<std::string> folded_;
};

void take(FileLook& look, FileKind kind, std::string what) {
  look.kind = kind;
  look.what = std::move(what);
  std::vector<std::string> told;
  for (const auto& [field, column] : look.columns) told.push_back(fmt::format("'{}'", column));
  look.why = fmt::format("by its columns {}", fmt::join(told, ", "));
}

/// Tables about areas, which have words of their own for what they list.
bool looks_like_table_of_areas(const std::map<std::string, std::string>& likely, const Columns& columns,
                               FileLook& look) {
  const auto role = [&](const char* field, Names names) -> std::optional<std::string> {
    if (const auto own = columns.find(names)) return own;
    if (const auto found = likely.find(field); found != likely.end()) return found->second;
    return {};
  };
  auto code = role("pcode", code_names);
  for (const char* unit : {"admin2", "admin3", "admin1"})
    if (const auto found = likely.find(unit); !code && found != likely.end()) code = found->second;
  const auto date = likely.find("date");
  const auto origin = columns.find(origin_names), destination = columns.find(destination_names);
  const auto persons = role("persons", persons_names);
  if (date != likely.end() && persons && (origin || destination)) {
    if (origin) look.columns["origin"] = *origin;
    if (destination) look.columns["destination"] = *destination;
    look.columns["date"] = date->second;
    look.columns["persons"] = *persons;
    take(look, FileKind::flows, "a table of people who moved");
    return true;
  }
  if (date != likely.end() && columns.find({"lead days", "lag days"})) {
    look.columns["date"] = date->second;
    take(look, FileKind::dates, "a table of dates and the days around them");
    return true;
  }
  const auto from = columns.find(from_names), to = columns.find(to_names);
  const bool has_place = likely.contains("latitude") || likely.contains("coordinates") || likely.contains("mgrs");
  if (from && to && code && !has_place && date == likely.end() && !likely.contains("category")) {
    look.columns["from"] = *from;
    look.columns["to"] = *to;
    look.columns["code"] = *code;
    take(look, FileKind::gaps, "a table of areas with days from and to");
    return true;
  }
  return false;
}

/// Columns that say something of an incident, as against numbers of an area and month.
bool tells_of_incidents(const std::map<std::string, std::string>& likely) {
  for (const char* field : {"category", "actor", "persons", "precision", "reported", "id", "date_end"})
    if (likely.contains(field)) return true;
  return false;
}

void look_for_incidents(const RawTable& header, const std::map<std::string, std::string>& likely, FileLook& look) {
  const bool has_date = likely.contains("date") || likely.contains("date_start");
  const bool has_place = header.has_points || likely.contains("latitude") || likely.contains("coordinates") ||
                         likely.contains("mgrs") || likely.contains("easting");
  const bool has_unit =
      likely.contains("pcode") || likely.contains("admin1") || likely.contains("admin2") || likely.contains("admin3");
  if (has_date && (has_place || (has_unit && tells_of_incidents(likely)))) {
    const bool own_names = std::all_of(likely.begin(), likely.end(), [&](const auto& entry) {
      const auto own = header.find(entry.first);
      return own && header.columns[*own] == entry.second;
    });
    look.columns = likely;
    look.format = own_names ? "incidents" : "table";
    take(look, FileKind::events, own_names ? "an incidents table" : "a table of incidents");
    if (header.has_points && !likely.contains("latitude")) look.why += " and its points";
    if (!own_names) look.why += header.hxl_tags.empty() ? ", by likely names" : ", by HXL tags";
    return;
  }
  if (has_date && has_unit) {
    look.columns["date"] = likely.contains("date") ? likely.at("date") : likely.at("date_start");
    for (const char* unit : {"admin1", "admin3", "admin2", "pcode"})
      if (likely.contains(unit)) look.columns["code"] = likely.at(unit);
    take(look, FileKind::area_rows, "a table of numbers by area and day");
    return;
  }
  look.what = "a table";
  look.why = !has_date && !has_place && !has_unit ? "no column looks like a day or a place"
             : !has_date                          ? "no column looks like a day"
                                                  : "no column looks like a place: coordinates, a code or a name";
}

}  // namespace

void look_at_columns(const RawTable& header, FileLook& look) {
  look.column_names = header.columns;
  if (looks_like_acled(header) || looks_like_ucdp_ged(header)) {
    const bool acled = looks_like_acled(header);
    look.kind = FileKind::events;
    look.format = acled ? "acled" : "ucdp-ged";
    look.what = acled ? "an ACLED export" : "UCDP GED";
    look.why = acled ? "by its columns event_id_cnty, event_date, actor1, latitude, longitude"
                     : "by its columns type_of_violence, side_a, date_start, latitude, longitude, best";
    return;
  }
  std::map<std::string, std::string> likely;
  for (const auto& [field, column] : likely_incident_columns(header)) likely[field] = header.columns[column];
  const Columns columns(header.columns);
  if (!header.has_points && looks_like_table_of_areas(likely, columns, look)) return;
  look_for_incidents(header, likely, look);
}

void find_feature_columns(const std::vector<std::string>& columns, const std::vector<bool>& dated, FileLook& look) {
  std::vector<std::string> days;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (dated[i]) days.push_back(columns[i]);
  const Columns of_days(days);
  if (const auto from = of_days.find(from_names)) look.columns["from"] = *from;
  if (const auto to = of_days.find(to_names)) look.columns["to"] = *to;
  if (const auto name = Columns(columns).find(name_names)) look.columns["name"] = *name;
}

}  // namespace tocsin::data
