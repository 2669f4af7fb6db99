#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/data/formats/incidents.hpp>
#include <tocsin/data/recognise/field_names.hpp>

namespace tocsin::data {
namespace {

using Fields = std::map<std::string, std::string>;

Fields named(const std::vector<RecognisedColumn>& found, const std::vector<std::string>& columns) {
  Fields fields;
  for (const RecognisedColumn& each : found) fields[each.field] = columns[each.column];
  return fields;
}

Fields by_names(const std::vector<std::string>& columns) {
  return named(recognise_columns(columns), columns);
}
Fields by_tags(const std::vector<std::string>& tags) {
  return named(recognise_tags(tags), tags);
}

TEST(FieldNames, PeoplesNamesAreRecognised) {
  EXPECT_EQ(by_names({"Date of Incident", "LAT", "Long.", "No. of survivors", "Alleged perpetrator", "Remarks"}),
            (Fields{{"date", "Date of Incident"},
                    {"latitude", "LAT"},
                    {"longitude", "Long."},
                    {"persons", "No. of survivors"},
                    {"actor", "Alleged perpetrator"}}));
  EXPECT_EQ(by_names({"Date de l'incident", "Date du signalement",
                      "Coordonn\xC3\xA9"
                      "es GPS",
                      "Sous-pr\xC3\xA9"
                      "fecture",
                      "Nb de survivantes"}),
            (Fields{{"date", "Date de l'incident"},
                    {"reported", "Date du signalement"},
                    {"coordinates",
                     "Coordonn\xC3\xA9"
                     "es GPS"},
                    {"admin2",
                     "Sous-pr\xC3\xA9"
                     "fecture"},
                    {"persons", "Nb de survivantes"}}));
  EXPECT_EQ(by_names({"Fecha del incidente", "Latitud", "Longitud"}),
            (Fields{{"date", "Fecha del incidente"}, {"latitude", "Latitud"}, {"longitude", "Longitud"}}));
}

TEST(FieldNames, HalvesAndRunningNumbersSayNothing) {
  EXPECT_EQ(by_names({"X", "Date"}), (Fields{{"date", "Date"}}));
  EXPECT_EQ(by_names({"N\xC2\xB0", "No.", "S/N", "Date"}), (Fields{{"date", "Date"}}));
  EXPECT_EQ(by_names({"Easting", "Northing", "Date"}), (Fields{{"date", "Date"}}));
}

TEST(FieldNames, HxlTagsAreRecognised) {
  EXPECT_EQ(by_tags({"#date +start", "#date+end", "#geo+lat", "#geo +lon", "#adm2 +code", "#affected+killed",
                     "#date+year", ""}),
            (Fields{{"date_start", "#date +start"},
                    {"date_end", "#date+end"},
                    {"latitude", "#geo+lat"},
                    {"longitude", "#geo +lon"},
                    {"pcode", "#adm2 +code"}}));
}

TEST(FieldNames, EveryFieldIsOneThatATableCanHave) {
  const auto known = incident_fields();
  for (const char* name : {"id", "date", "latitude", "pcode", "persons", "weight", "reported"}) {
    const auto found = recognise_columns(std::vector<std::string>{name, "longitude"});
    for (const RecognisedColumn& each : found)
      EXPECT_NE(std::find(known.begin(), known.end(), each.field), known.end()) << each.field;
  }
}

}  // namespace
}  // namespace tocsin::data
