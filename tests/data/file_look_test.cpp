#include <string>

#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/recognise/file_look.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::TempFiles;
using test::thrown_by;

class LookAtFile : public testing::Test {
 protected:
  FileLook look(const std::string& name, const std::string& text) {
    const auto looks = look_at_file(files_.write(name, text));
    EXPECT_EQ(looks.size(), 1U);
    return looks.front();
  }
  TempFiles files_;
};

TEST_F(LookAtFile, IncidentsByTheirOwnNames) {
  const FileLook found = look("a.csv", "id,date,latitude,longitude,category\n1,2021-08-01,5,27,x\n");
  EXPECT_EQ(found.kind, FileKind::events);
  EXPECT_EQ(found.format, "incidents");
}

TEST_F(LookAtFile, IncidentsByLikelyNamesSayWhich) {
  const FileLook found = look("a.csv", "Date de l'incident;Lat;Long;Type de violence\n01/08/2021;5,1;27,2;x\n");
  EXPECT_EQ(found.kind, FileKind::events);
  EXPECT_EQ(found.format, "table");
  EXPECT_EQ(found.columns.at("date"), "Date de l'incident");
  EXPECT_EQ(found.columns.at("longitude"), "Long");
  EXPECT_EQ(found.spec("x").columns, found.columns);
  EXPECT_TRUE(contains(found.why, "by likely names")) << found.why;
}

TEST_F(LookAtFile, AcledAndGed) {
  EXPECT_EQ(look("a.csv", "event_id_cnty,event_date,actor1,latitude,longitude\n").format, "acled");
  EXPECT_EQ(look("g.csv", "id,type_of_violence,side_a,latitude,longitude,date_start,date_end,best\n").format,
            "ucdp-ged");
}

TEST_F(LookAtFile, TablesOfAreasAreNoEvents) {
  const FileLook gaps = look("access.csv", "pcode,from,to,reason\nA,2021-01-01,2021-02-01,x\n");
  EXPECT_EQ(gaps.kind, FileKind::gaps);
  EXPECT_EQ(gaps.columns.at("code"), "pcode");
  const FileLook flows = look("arrivals.csv", "origin,destination,date,persons\nA,B,2021-01-01,7\n");
  EXPECT_EQ(flows.kind, FileKind::flows);
  EXPECT_EQ(flows.columns.at("destination"), "destination");
  EXPECT_EQ(look("calendar.csv", "date,name,pcode,lead_days\n2021-01-01,x,,60\n").kind, FileKind::dates);
  // A number for each area and day tells of no incident; a category does.
  EXPECT_EQ(look("rain.csv", "date,pcode,rainfall\n2021-01-01,A,7\n").kind, FileKind::area_rows);
  EXPECT_EQ(look("incidents.csv", "date,pcode,category\n2021-01-01,A,x\n").kind, FileKind::events);
}

TEST_F(LookAtFile, WhatIsMissingIsSaid) {
  const FileLook none = look("a.csv", "who,what\na,b\n");
  EXPECT_EQ(none.kind, FileKind::other);
  EXPECT_EQ(none.why, "no column looks like a day or a place");
  EXPECT_EQ(look("b.csv", "date,what\n2021-01-01,b\n").why,
            "no column looks like a place: coordinates, a code or a name");
  EXPECT_EQ(look("c.csv", "lat,lon,what\n1,2,b\n").why, "no column looks like a day");
}

std::string geojson(const std::string& features) {
  return R"({"type":"FeatureCollection","features":[)" + features + "]}";
}
std::string feature(const std::string& properties, const std::string& geometry) {
  return R"({"type":"Feature","properties":{)" + properties + R"(},"geometry":)" + geometry + "}";
}
const std::string square = R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]})";
const std::string next_square = R"({"type":"Polygon","coordinates":[[[1,0],[2,0],[2,1],[1,1],[1,0]]]})";
const std::string point = R"({"type":"Point","coordinates":[0.5,0.5]})";

TEST_F(LookAtFile, PolygonsAreAreasWithTheirCode) {
  const FileLook found =
      look("counties.geojson", geojson(feature(R"("state":"S","pcode":"A","name":"North")", square) + "," +
                                       feature(R"("state":"S","pcode":"B","name":"South")", next_square)));
  EXPECT_EQ(found.kind, FileKind::areas);
  EXPECT_EQ(found.records, 2);
  EXPECT_EQ(found.areas.code, "pcode");
  EXPECT_EQ(found.areas.name, "name");
  EXPECT_EQ(found.areas.level, 2);
  EXPECT_EQ(found.spec("x").code_field, "pcode");
}

TEST_F(LookAtFile, PointsWithoutADayAreFeaturesWithOneEvents) {
  const FileLook sites =
      look("sites.geojson", geojson(feature(R"("name":"A","opened":"2020-01-01","closed":"")", point) + "," +
                                    feature(R"("name":"B","opened":"2021-01-01","closed":"2021-05-01")", point)));
  EXPECT_EQ(sites.kind, FileKind::points);
  EXPECT_EQ(sites.columns.at("from"), "opened");
  EXPECT_EQ(sites.columns.at("to"), "closed");
  const FileLook events = look("events.geojson", geojson(feature(R"("date":"2020-01-01","category":"x")", point)));
  EXPECT_EQ(events.kind, FileKind::events);
}

TEST_F(LookAtFile, NumbersCalledFromAndToAreNoDays) {
  const std::string line = R"({"type":"LineString","coordinates":[[0,0],[1,1]]})";
  const FileLook roads = look("roads.geojson", geojson(feature(R"("from":2001,"to":2015)", line)));
  EXPECT_EQ(roads.kind, FileKind::lines);
  EXPECT_FALSE(roads.columns.contains("from"));
}

TEST_F(LookAtFile, FilesThatCannotBeUsed) {
  EXPECT_EQ(thrown_by([&] { look_at_file(files_.path("none.csv")); }).code, ErrorCode::input);
  const auto empty = thrown_by([&] { look_at_file(files_.write("e.geojson", geojson(""))); });
  EXPECT_EQ(empty.code, ErrorCode::input);
  EXPECT_TRUE(contains(empty.message, "holds no record")) << empty.message;
  EXPECT_TRUE(thrown_by([&] { look_at_file(files_.write("e.tif", "no raster")); }).happened);
}

}  // namespace
}  // namespace tocsin::data
