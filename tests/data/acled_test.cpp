#include <algorithm>
#include <string>

#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/event_source.hpp>
#include <tocsin/data/formats/acled.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::TempFiles;
using test::thrown_by;

/// Columns of exports to 2022 and since 2023; all rows below are made up.
const std::string older_header =
    "data_id,iso,event_id_cnty,event_id_no_cnty,event_date,year,time_precision,event_type,sub_event_type,actor1,"
    "assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,region,country,admin1,admin2,admin3,location,"
    "latitude,"
    "longitude,geo_precision,source,source_scale,notes,fatalities,timestamp,iso3\n";
const std::string newer_header =
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,"
    "actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,"
    "latitude,"
    "longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp\n";

std::string older(const std::string& id, const std::string& date, const std::string& precisions = "1,1") {
  const std::string time = precisions.substr(0, 1), place = precisions.substr(2);
  return "1,728," + id + ",1," + date + ",2021," + time +
         ",Violence against civilians,Sexual violence,Armed group A,,3,Civilians,,7,37,Region,Country,State,County,"
         "Payam,Town,5.6,27.45," +
         place + ",Source,National,\"Made up, for a test\",0,1641772800,SSD\n";
}

std::string newer(const std::string& id, const std::string& date) {
  return id + "," + date +
         ",2024,1,Political violence,Battles,Armed clash,Armed group A,,Rebel group,Armed group B,,Political militia,"
         "Rebel group-Political militia,,728,Region,Country,State,County,Payam,Town,5.6,27.45,1,Source,National,Made "
         "up,2,"
         ",1735689600\n";
}

class AcledFile : public testing::Test {
 protected:
  EventBatch read(const std::string& text, const EventRequest& request = {"EPSG:4326", {}, {}, {}}) {
    spec_.name = "acled";
    spec_.path = files_.write("acled.csv", text);
    return open_events(spec_)->read(request);
  }
  TempFiles files_;
  SourceSpec spec_;
};

TEST_F(AcledFile, OlderExportsAreRecognised) {
  const EventBatch batch = read(older_header + older("SSD1", "2021-08-02"),
                                {"EPSG:4326",
                                 {"fatalities"},
                                 {"inter1_kind"},
                                 {"sub_event_type = 'Sexual violence'", "inter2_kind = 'Civilians'"}});
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_TRUE(contains(batch.warnings.at(0), "taken for an ACLED export")) << batch.warnings.at(0);
  const Events& events = batch.events;
  EXPECT_EQ(to_string(events.first_day[0]), "2021-08-02");
  EXPECT_EQ(events.has_reported[0], 0);
  EXPECT_EQ(events.category.text(0), "Sexual violence");
  EXPECT_EQ(events.actor.text(0), "Armed group A");
  EXPECT_EQ(events.admin2.text(0), "County");
  EXPECT_EQ(events.precision[0], PlacePrecision{});
  EXPECT_EQ(events.numbers.at("fatalities")[0], 0);
  EXPECT_EQ(events.texts.at("inter1_kind").text(0), "Political militia");
  EXPECT_EQ(batch.matches, (std::vector<std::vector<std::uint8_t>>{{1}, {1}}));
}

TEST_F(AcledFile, NewerExportsSayKindsInWords) {
  const EventBatch batch = read(newer_header + newer("SSD2", "2024-12-06"), {"EPSG:4326", {}, {"inter1_kind"}, {}});
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events.texts.at("inter1_kind").text(0), "Rebel group");
  EXPECT_EQ(batch.events.category.text(0), "Armed clash");
}

TEST_F(AcledFile, DatesComeInAnyStyle) {
  const EventBatch batch = read(older_header + older("A", "\"06 December 2022\"") + older("B", "28-Jul-21") +
                                older("C", "2020-11-07") + older("D", "25/12/2020"));
  ASSERT_EQ(batch.events.size(), 4U);
  EXPECT_EQ(to_string(batch.events.first_day[0]), "2022-12-06");
  EXPECT_EQ(to_string(batch.events.first_day[1]), "2021-07-28");
  EXPECT_EQ(to_string(batch.events.first_day[2]), "2020-11-07");
  EXPECT_EQ(to_string(batch.events.first_day[3]), "2020-12-25");
}

TEST_F(AcledFile, PrecisionCodesBecomeSpansAndUnits) {
  spec_.most_unusable = 1;
  const EventBatch batch = read(older_header + older("A", "2021-08-10", "2,2") + older("B", "2021-08-10", "3,3") +
                                    older("C", "2021-08-10", "9,1") + older("D", "2021-08-10", "1,"),
                                {"EPSG:4326", {}, {}, {}});
  ASSERT_EQ(batch.events.size(), 3U);
  EXPECT_EQ(to_string(batch.events.first_day[0]), "2021-08-07");
  EXPECT_EQ(to_string(batch.events.last_day[0]), "2021-08-13");
  EXPECT_EQ(batch.events.precision[0], (PlacePrecision{PlaceKind::admin, 2, 0}));
  EXPECT_EQ(to_string(batch.events.first_day[1]), "2021-08-01");
  EXPECT_EQ(to_string(batch.events.last_day[1]), "2021-08-31");
  EXPECT_EQ(batch.events.precision[1], (PlacePrecision{PlaceKind::admin, 1, 0}));
  EXPECT_EQ(batch.events.precision[2], acled_unknown_precision);
  ASSERT_EQ(batch.quarantined.size(), 1U);
  EXPECT_EQ(batch.quarantined[0].reason, "precision not understood");
}

TEST_F(AcledFile, TimestampIsAReportedDateOnlyWhenSaid) {
  spec_.columns["reported"] = "timestamp";
  spec_.format = "acled";
  const EventBatch batch = read(older_header + older("A", "2021-08-10"));
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events.has_reported[0], 1);
  EXPECT_EQ(to_string(batch.events.reported[0]), "2022-01-10");
  spec_.columns["persons"] = "fatalities";
  EXPECT_TRUE(contains(thrown_by([&] { read(older_header + older("A", "2021-08-10")); }).message, "only `reported`"));
}

TEST_F(AcledFile, HashtagRowsAreNoRecords) {
  std::string tags(static_cast<std::size_t>(std::count(older_header.begin(), older_header.end(), ',')), ',');
  const EventBatch batch =
      read(older_header + "#meta+id" + tags.replace(3, 1, ",#date+occurred,") + "\n" + older("A", "2021-08-10"));
  EXPECT_EQ(batch.rows_read, 1);
  EXPECT_EQ(batch.events.size(), 1U);
}

TEST_F(AcledFile, CodesMayBeWrittenAsNumbers) {
  std::string row = older("SSD1", "2021-08-10");
  const auto replace = [&](const std::string& from, const std::string& to) {
    ASSERT_NE(row.find(from), std::string::npos);
    row.replace(row.find(from), from.size(), to);
  };
  replace(",2021,1,", ",2021,2.0,");
  replace(",,3,", ",,3.0,");
  replace("27.45,1,", "27.45,2.0,");
  const EventBatch batch = read(older_header + row, {"EPSG:4326", {}, {"inter1_kind"}, {}});
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(to_string(batch.events.first_day[0]), "2021-08-07");
  EXPECT_EQ(batch.events.texts.at("inter1_kind").text(0), "Political militia");
  EXPECT_EQ(batch.events.precision[0].kind, PlaceKind::admin);
}

TEST_F(AcledFile, ReportedDatesComeInAnyStyle) {
  spec_.columns["reported"] = "tags";
  std::string first = newer("SSD1", "2024-08-02"), second = newer("SSD2", "2024-08-02");
  first.replace(first.rfind(",,"), 2, ",03/09/2024,");
  second.replace(second.rfind(",,"), 2, ",25/08/2024,");
  const EventBatch batch = read(newer_header + first + second);
  ASSERT_EQ(batch.events.size(), 2U);
  EXPECT_EQ(to_string(batch.events.reported[0]), "2024-09-03");
}

}  // namespace
}  // namespace tocsin::data
