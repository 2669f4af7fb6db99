#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>

#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/recognise/field_names.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin::data {
namespace {

/// Names of one field, folded as fold_name does, the likeliest first. A running number ("No.") is no id: it may begin
/// anew in every month, and a second record of an id is quarantined.
struct FieldNames {
  const char* field;
  std::vector<const char*> names;
};

const std::array field_names{
    FieldNames{
        "id",
        {"id", "incident id", "event id", "case id", "record id", "incident no", "incident number", "case number",
         "case no", "reference", "ref", "ref no", "case ref", "incident code", "code incident", "identifiant"}},
    FieldNames{"date", {"date",          "date of incident",    "incident date",        "date incident",
                        "date of event", "event date",          "date of the incident", "date occurred",
                        "occurred on",   "date of occurrence",  "date de l incident",   "date des faits",
                        "date du fait",  "date de l evenement", "date evenement",       "date survenue",
                        "fecha",         "fecha del incidente", "fecha del hecho",      "day",
                        "when",          "date dd mm yyyy",     "date mm dd yyyy",      "month",
                        "mois"}},
    FieldNames{"date_start",
               {"date start", "start date", "date from", "from date", "date debut", "date de debut", "fecha de inicio",
                "debut"}},
    FieldNames{"date_end",
               {"date end", "end date", "date to", "to date", "date fin", "date de fin", "fecha de fin", "fin"}},
    FieldNames{"reported", {"reported",         "date reported",       "reported date",      "date of report",
                            "report date",      "reporting date",      "reported on",        "date received",
                            "received",         "received on",         "date recorded",      "date entered",
                            "date du rapport",  "date rapport",        "date de rapportage", "date du signalement",
                            "date signalement", "date de signalement", "signale le",         "fecha de reporte",
                            "fecha del informe"}},
    FieldNames{"latitude",
               {"latitude", "lat", "gps lat", "gps latitude", "latitude gps", "lat dd", "lat n", "latitude n",
                "latitud", "location latitude", "location lat", "y coord", "y coordinate", "coord y", "point y", "y"}},
    FieldNames{"longitude", {"longitude",
                             "lon",
                             "long",
                             "lng",
                             "gps lon",
                             "gps long",
                             "gps longitude",
                             "longitude gps",
                             "lon dd",
                             "long dd",
                             "lon e",
                             "long e",
                             "longitude e",
                             "longitud",
                             "location longitude",
                             "location long",
                             "location lon",
                             "x coord",
                             "x coordinate",
                             "coord x",
                             "point x",
                             "x"}},
    FieldNames{"coordinates",
               {"coordinates", "gps coordinates", "coordinates gps", "gps", "coords", "coordonnees", "coordonnees gps",
                "gps location", "location gps", "grid reference", "grid ref", "grid", "lat long", "lat lon", "latlong",
                "latitude longitude", "position", "coordenadas"}},
    FieldNames{"mgrs", {"mgrs", "mgrs reference", "mgrs grid", "mgrs coordinates"}},
    FieldNames{"easting", {"easting", "utm easting", "utm e", "utm x", "eastings"}},
    FieldNames{"northing", {"northing", "utm northing", "utm n", "utm y", "northings"}},
    FieldNames{"utm_zone", {"utm zone", "zone utm", "zone"}},
    FieldNames{"pcode",
               {"pcode", "p code", "admin2pcode", "adm2 pcode", "admin2 pcode", "adm2pcode", "county pcode",
                "county code", "district code", "admin2 code", "adm2 code", "admin3pcode", "adm3 pcode",
                "code sous prefecture", "admin pcode"}},
    FieldNames{"admin1",
               {"admin1", "adm1", "adm 1", "admin 1", "admin1name", "adm1 en", "admin1 name", "state", "province",
                "prefecture", "region", "governorate", "etat", "departement", "departamento", "adm1 name"}},
    FieldNames{
        "admin2",
        {"admin2", "adm2", "adm 2", "admin 2", "admin2name", "adm2 en", "admin2 name", "county", "comte", "district",
         "sous prefecture", "territoire", "territory", "locality", "zone de sante", "municipio", "adm2 name"}},
    FieldNames{"admin3",
               {"admin3", "adm3", "adm 3", "admin 3", "admin3name", "adm3 en", "admin3 name", "payam", "commune",
                "sub county", "subcounty", "sub district", "groupement", "adm3 name"}},
    FieldNames{"precision",
               {"precision", "location precision", "precision of location", "geo precision", "place precision",
                "precision du lieu", "gps precision", "exactness"}},
    FieldNames{"category",
               {"category",
                "type of incident",
                "incident type",
                "type of violence",
                "type of crsv",
                "violence type",
                "type of event",
                "event type",
                "type d incident",
                "type de violence",
                "type de cas",
                "categorie",
                "nature of incident",
                "nature de l incident",
                "tipo de incidente",
                "tipo de violencia",
                "type",
                "nature",
                "tipo",
                "incident"}},
    FieldNames{"actor",
               {"actor",
                "perpetrator",
                "alleged perpetrator",
                "alleged perpetrators",
                "perpetrators",
                "perpetrator group",
                "alleged party",
                "party",
                "armed group",
                "armed actor",
                "responsible party",
                "auteur",
                "auteur presume",
                "auteurs presumes",
                "auteur allegue",
                "presume auteur",
                "presumes auteurs",
                "groupe arme",
                "autor presunto",
                "presunto autor"}},
    FieldNames{"persons",
               {"persons",
                "survivors",
                "number of survivors",
                "no of survivors",
                "nb of survivors",
                "total survivors",
                "survivors total",
                "victims",
                "number of victims",
                "no of victims",
                "number of persons",
                "persons affected",
                "people affected",
                "number affected",
                "affected",
                "nombre de survivantes",
                "nombre de survivants",
                "nb de survivantes",
                "nb survivantes",
                "nb survivants",
                "survivantes",
                "nombre de victimes",
                "nb de victimes",
                "nb victimes",
                "victimes",
                "nombre de personnes",
                "sobrevivientes",
                "victimas",
                "numero de victimas",
                "numero de sobrevivientes"}},
    FieldNames{"weight", {"weight"}},
};

/// The first tag is the likeliest; attributes all have to be there.
struct FieldTags {
  const char* field;
  std::vector<std::vector<const char*>> tags;
};

const std::array field_tags{
    FieldTags{"id", {{"#event", "id"}, {"#meta", "id"}, {"#id"}}},
    FieldTags{"date_start", {{"#date", "start"}}},
    FieldTags{"date_end", {{"#date", "end"}}},
    FieldTags{"reported", {{"#date", "reported"}, {"#date", "report"}}},
    FieldTags{"date", {{"#date", "occurred"}, {"#date", "event"}, {"#date"}}},
    FieldTags{"latitude", {{"#geo", "lat"}, {"#lat_deg"}}},
    FieldTags{"longitude", {{"#geo", "lon"}, {"#lon_deg"}}},
    FieldTags{"coordinates", {{"#geo", "coord"}}},
    FieldTags{"pcode", {{"#adm3", "code"}, {"#adm2", "code"}, {"#adm1", "code"}}},
    FieldTags{"admin1", {{"#adm1", "name"}, {"#adm1"}}},
    FieldTags{"admin2", {{"#adm2", "name"}, {"#adm2"}}},
    FieldTags{"admin3", {{"#adm3", "name"}, {"#adm3"}}},
    FieldTags{"category", {{"#event", "type"}, {"#cause", "type"}, {"#event", "name"}}},
    FieldTags{"actor", {{"#actor", "perpetrator"}, {"#group", "name"}, {"#actor", "name"}, {"#actor"}}},
    FieldTags{"persons", {{"#affected", "survivors"}, {"#affected", "victims"}, {"#affected"}}},
};

/// "#date", "start" of "#date +start+iso8601".
std::vector<std::string> parts_of_tag(std::string_view tag) {
  std::vector<std::string> parts;
  for (const char letter : lower(trim(tag))) {
    if (letter == '#' || letter == '+')
      parts.emplace_back(letter == '#' ? "#" : "");
    else if (letter != ' ' && !parts.empty())
      parts.back() += letter;
  }
  return parts;
}

/// A code of a unit, or a year, is no day and no name; who was killed is not counted with survivors.
bool has_parts(const std::vector<std::string>& parts, const std::vector<const char*>& wanted) {
  const auto has = [&](std::string_view part) { return std::find(parts.begin(), parts.end(), part) != parts.end(); };
  if (wanted.size() == 1 && (has("code") || has("id") || has("year") || has("num") || has("killed"))) return false;
  return std::all_of(wanted.begin(), wanted.end(), has);
}

template <typename Fields, typename Matches>
std::vector<RecognisedColumn> recognise(const Fields& fields, std::size_t columns, const Matches& matches) {
  std::vector<RecognisedColumn> found;
  std::set<std::size_t> taken;
  const auto find_field = [&](const auto& field, const auto& names) {
    for (const auto& name : names)
      for (std::size_t column = 0; column < columns; ++column)
        if (!taken.contains(column) && matches(column, name)) {
          taken.insert(column);
          found.push_back({field, column});
          return;
        }
  };
  for (const auto& [field, names] : fields) find_field(field, names);
  return found;
}

void forget(std::vector<RecognisedColumn>& found, const char* field) {
  std::erase_if(found, [&](const RecognisedColumn& column) { return column.field == field; });
}

bool has(const std::vector<RecognisedColumn>& found, const char* field) {
  return std::any_of(found.begin(), found.end(), [&](const RecognisedColumn& column) { return column.field == field; });
}

}  // namespace

std::vector<RecognisedColumn> recognise_columns(std::span<const std::string> columns) {
  std::vector<std::string> folded;
  for (const std::string& column : columns) folded.push_back(fold_name(column));
  auto found = recognise(field_names, columns.size(),
                         [&](std::size_t column, std::string_view name) { return folded[column] == name; });
  // Half of a pair says nothing: "X" may be any column.
  if (has(found, "latitude") != has(found, "longitude")) forget(found, "latitude"), forget(found, "longitude");
  if (has(found, "easting") != has(found, "northing") || has(found, "easting") != has(found, "utm_zone"))
    forget(found, "easting"), forget(found, "northing"), forget(found, "utm_zone");
  return found;
}

std::vector<RecognisedColumn> recognise_tags(std::span<const std::string> tags) {
  std::vector<std::vector<std::string>> parts;
  for (const std::string& tag : tags) parts.push_back(parts_of_tag(tag));
  auto found = recognise(field_tags, tags.size(),
                         [&](std::size_t column, const auto& wanted) { return has_parts(parts[column], wanted); });
  if (has(found, "latitude") != has(found, "longitude")) forget(found, "latitude"), forget(found, "longitude");
  return found;
}

}  // namespace tocsin::data
