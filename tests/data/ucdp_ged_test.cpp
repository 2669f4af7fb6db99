#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/event_source.hpp>
#include <tocsin/data/formats/ucdp_ged.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::TempFiles;
using test::thrown_by;

class Ged : public testing::Test {
 protected:
  EventBatch read(const std::string& text, const EventRequest& request = {"EPSG:4326", {}, {}, {}}) {
    spec_.name = "clashes";
    spec_.path = files_.write("ged.csv", text);
    return open_events(spec_)->read(request);
  }

  TempFiles files_;
  SourceSpec spec_;
};

const std::string header =
    "id,type_of_violence,side_a,side_b,where_prec,adm_1,adm_2,latitude,longitude,geom_wkt,date_prec,date_start,date_"
    "end,"
    "best,high,low\n";

TEST_F(Ged, ReadsARecordAndIgnoresItsWkt) {
  const EventBatch batch =
      read(header +
               "7,3,armed group A,Civilians,3,Some state,Some county,-3.705,128.17,POINT (128.17 3.705),5,"
               "2021-06-01 00:00:00.000,2021-08-31 00:00:00.000,153,170,0\n",
           {"EPSG:4326", {"best"}, {"side_b"}, {"category = 'one-sided violence'", "actor = 'armed group A'"}});
  ASSERT_EQ(batch.events.size(), 1U);
  const Events& events = batch.events;
  EXPECT_NEAR(events.y[0], -3.705, 1e-9);
  EXPECT_EQ(events.category.text(0), "one-sided violence");
  EXPECT_EQ(events.actor.text(0), "armed group A");
  EXPECT_EQ(events.admin1.text(0) + "/" + events.admin2.text(0), "Some state/Some county");
  EXPECT_EQ(to_string(events.first_day[0]) + to_string(events.last_day[0]), "2021-06-012021-08-31");
  EXPECT_EQ(events.has_reported[0], 0);
  EXPECT_EQ(events.reported[0], events.last_day[0]);
  EXPECT_EQ(events.weight[0], 1);
  EXPECT_EQ(events.numbers.at("best")[0], 153);
  EXPECT_EQ(events.texts.at("side_b").text(0), "Civilians");
  EXPECT_EQ(batch.matches, (std::vector<std::vector<std::uint8_t>>{{1}, {1}}));
}

TEST_F(Ged, EachCodeOfWherePrecIsPlacedAsTheCodebookSays) {
  std::string text = header;
  for (const char* code : {"1", "2", "3", "4", "5", "6", "7", ""})
    text += std::string("x") + code + ",1,a,b," + code + ",,,5,27,,1,2021-01-01,2021-01-01,1,1,1\n";
  const EventBatch batch = read(text);
  ASSERT_EQ(batch.events.size(), 8U);
  const std::vector<PlacePrecision> expected{
      {PlaceKind::point, 0, 0}, {PlaceKind::disc, 0, 25000}, {PlaceKind::admin, 2, 0},    {PlaceKind::admin, 1, 0},
      {PlaceKind::admin, 1, 0}, {PlaceKind::unplaced, 0, 0}, {PlaceKind::unplaced, 0, 0}, {PlaceKind::disc, 0, 25000}};
  EXPECT_EQ(batch.events.precision, expected);
}

TEST_F(Ged, CodesOutsideTheCodebookAreQuarantined) {
  spec_.most_unusable = 1;
  const EventBatch batch = read(header + "1,1,a,b,8,,,5,27,,1,2021-01-01,2021-01-01,1,1,1\n");
  ASSERT_EQ(batch.quarantined.size(), 1U);
  EXPECT_EQ(batch.quarantined[0].reason, "precision not understood");
}

TEST_F(Ged, ValuesThatDisagreeAreKeptAndCountedOnce) {
  const EventBatch batch = read(header +
                                "1,1,a,b,1,,,5,27,,1,2021-01-01,2021-01-01,8,4,4\n"
                                "2,1,a,b,1,,,5,27,,1,2021-01-01,2021-01-01,5,4,6\n"
                                "3,1,a,b,1,,,5,27,,1,2021-01-01,2021-01-01,5,6,4\n");
  EXPECT_EQ(batch.events.size(), 3U);
  ASSERT_EQ(batch.warnings.size(), 3U);
  EXPECT_TRUE(contains(batch.warnings[0], "taken for UCDP GED"));
  EXPECT_TRUE(contains(batch.warnings[1], ": 2 events have best outside")) << batch.warnings[1];
  EXPECT_TRUE(contains(batch.warnings[2], ": 1 events have low above high")) << batch.warnings[2];
}

TEST_F(Ged, ReducedFilesAreNotTakenForExact) {
  const EventBatch batch =
      read("id,type_of_violence,side_a,latitude,longitude,date_start,best\n4,1,a,15.35,44.2,2010-09-25,2\n");
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events.precision[0], ged_unknown_precision);
  EXPECT_EQ(batch.events.last_day[0], batch.events.first_day[0]);
  EXPECT_EQ(batch.warnings.size(), 3U);
}

TEST_F(Ged, WithoutAnEndTheDatePrecisionGivesTheSpan) {
  const EventBatch batch =
      read("type_of_violence,side_a,latitude,longitude,date_start,date_prec,best\n1,a,15,44,2010-09-01,4,2\n");
  EXPECT_EQ(to_string(batch.events.last_day.at(0)), "2010-09-30");
}

TEST_F(Ged, MissingColumnIsNamed) {
  spec_.format = "ucdp-ged";
  const auto thrown = thrown_by([&] { read("id,latitud,longitude,date_start\n"); });
  EXPECT_EQ(thrown.code, ErrorCode::input);
  EXPECT_TRUE(contains(thrown.message, "did you mean 'latitud'?")) << thrown.message;
}

TEST_F(Ged, CodesMayBeWrittenAsNumbers) {
  const EventBatch batch =
      read(header +
           "7,3.0,armed group A,Civilians,3.0,State,County,5.6,27.4,,1.0,2021-08-01,2021-08-01,1,1,"
           "1\n");
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events.category.text(0), "one-sided violence");
  EXPECT_EQ(batch.events.precision[0].kind, PlaceKind::admin);
}

}  // namespace
}  // namespace tocsin::data
