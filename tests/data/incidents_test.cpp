#include <cmath>
#include <map>

#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/event_source.hpp>
#include <tocsin/data/formats/incidents.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::TempFiles;
using test::thrown_by;

class Incidents : public testing::Test {
 protected:
  EventBatch read(const std::string& text, const EventRequest& request = {"EPSG:4326", {}, {}, {}}) {
    spec_.name = "incidents";
    spec_.path = files_.write("incidents.csv", text);
    return open_events(spec_)->read(request);
  }

  /// The reason why a single record is quarantined; empty when it is used.
  std::string reason(const std::string& header, const std::string& record) {
    spec_.most_unusable = 1;
    const EventBatch batch = read(header + "\n" + record + "\n");
    EXPECT_EQ(batch.rows_read, static_cast<std::int64_t>(batch.events.size() + batch.quarantined.size()));
    return batch.quarantined.empty() ? "" : batch.quarantined.front().reason;
  }

  TempFiles files_;
  SourceSpec spec_;
};

TEST_F(Incidents, ReadsAWholeRecord) {
  const EventBatch batch = read(
      " ID ,Date,REPORTED,latitude,longitude,pcode,precision,category,actor,persons,weight,admin1,setting\n"
      "A1,2021-08-02,2021-08-10,5.6,27.45,SS1009,site,rape,armed group A,3,0.5,State,farm\n",
      {"EPSG:4326", {"weight"}, {"Setting", "actor"}, {"setting = 'farm'", "persons > 5"}});
  ASSERT_EQ(batch.events.size(), 1U);
  const Events& events = batch.events;
  EXPECT_EQ(events.row[0], 2);
  EXPECT_NEAR(events.x[0], 27.45, 1e-9);
  EXPECT_NEAR(events.y[0], 5.6, 1e-9);
  EXPECT_EQ(to_string(events.first_day[0]), "2021-08-02");
  EXPECT_EQ(to_string(events.reported[0]), "2021-08-10");
  EXPECT_EQ(events.has_reported[0], 1);
  EXPECT_EQ(events.persons[0], 3);
  EXPECT_EQ(events.weight[0], 0.5);
  EXPECT_EQ(events.precision[0], PlacePrecision{});
  EXPECT_EQ(events.category.text(0), "rape");
  EXPECT_EQ(events.actor.text(0), "armed group A");
  EXPECT_EQ(events.area_code.text(0), "SS1009");
  EXPECT_EQ(events.admin1.text(0), "State");
  EXPECT_EQ(events.numbers.at("weight")[0], 0.5);
  EXPECT_EQ(events.texts.at("Setting").text(0), "farm");
  EXPECT_EQ(batch.matches, (std::vector<std::vector<std::uint8_t>>{{1}, {0}}));
}

TEST_F(Incidents, MonthsAndSpansKeepTheirDays) {
  const EventBatch batch = read(
      "date,date_start,date_end,reported,latitude,longitude\n"
      "2021-02,,,2021-03,5,27\n"
      ",2021-01-30,2021-02-02,,5,27\n"
      ",2020-12,2021-01,,5,27\n"
      "2021/08/31,,,,5,27\n");
  const Events& events = batch.events;
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(to_string(events.first_day[0]) + to_string(events.last_day[0]), "2021-02-012021-02-28");
  EXPECT_EQ(to_string(events.reported[0]), "2021-03-31");  // nobody may know of it sooner
  EXPECT_EQ(to_string(events.first_day[1]) + to_string(events.last_day[1]), "2021-01-302021-02-02");
  EXPECT_EQ(to_string(events.reported[1]), "2021-02-02");
  EXPECT_EQ(events.has_reported[1], 0);
  EXPECT_EQ(to_string(events.first_day[2]) + to_string(events.last_day[2]), "2020-12-012021-01-31");
  EXPECT_EQ(to_string(events.first_day[3]), "2021-08-31");
}

TEST_F(Incidents, PrecisionFollowsTheColumnOrWhatIsGiven) {
  const EventBatch batch = read(
      "date,latitude,longitude,pcode,admin1,precision\n"
      "2021-01-01,5,27,,,25km\n"
      "2021-01-01,5,27,,,5 km\n"
      "2021-01-01,5,27,SS1009,,admin2\n"
      "2021-01-01,,,SS1009,,\n"
      "2021-01-01,,,SS10,,admin1\n"
      "2021-01-01,,,,Some state,\n"
      "2021-01-01,,,,,country\n"
      "2021-01-01,,,SS1009,,site\n");
  ASSERT_EQ(batch.events.size(), 8U);
  const auto& places = batch.events.precision;
  EXPECT_EQ(places[0], (PlacePrecision{PlaceKind::disc, 0, 25000}));
  EXPECT_EQ(places[1], (PlacePrecision{PlaceKind::disc, 0, 5000}));
  EXPECT_EQ(places[2], (PlacePrecision{PlaceKind::admin, 2, 0}));
  EXPECT_EQ(places[3], (PlacePrecision{PlaceKind::admin, 2, 0}));
  EXPECT_EQ(places[4], (PlacePrecision{PlaceKind::admin, 1, 0}));
  EXPECT_EQ(places[5], (PlacePrecision{PlaceKind::admin, 1, 0}));
  EXPECT_EQ(places[6].kind, PlaceKind::unplaced);
  EXPECT_EQ(places[7], (PlacePrecision{PlaceKind::admin, 2, 0}));  // no point was given: the unit is what is known
  EXPECT_TRUE(std::isnan(batch.events.x[3]));
}

TEST_F(Incidents, MgrsIsACentreWithItsOwnPrecision) {
  const EventBatch batch = read("date,mgrs\n2021-01-01,35N PF 4983 2630\n2021-01-01,35NPF42\n2021-01-01,35NPF\n",
                                {"EPSG:32635", {}, {}, {}});
  ASSERT_EQ(batch.events.size(), 3U);
  // The digits are metres within a square of 100 km of the UTM zone; the centre of 10 m lies 5 m further.
  EXPECT_NEAR(std::fmod(batch.events.x[0], 100000), 49835, 1e-3);
  EXPECT_NEAR(std::fmod(batch.events.y[0], 100000), 26305, 1e-3);
  EXPECT_NEAR(std::fmod(batch.events.x[1], 100000), 45000, 1e-3);
  EXPECT_EQ(batch.events.precision[0].kind, PlaceKind::point);
  EXPECT_EQ(batch.events.precision[1].kind, PlaceKind::disc);
  EXPECT_NEAR(batch.events.precision[1].radius_m, 7071, 1);   // half the diagonal of 10 km
  EXPECT_NEAR(batch.events.precision[2].radius_m, 70711, 1);  // of 100 km
}

TEST_F(Incidents, EachFaultHasItsReason) {
  const std::string header = "id,date,date_end,reported,latitude,longitude,precision,persons,weight";
  const std::map<std::string, std::string> reasons{
      {"1,,,,5,27,,,", "no date"},
      {"1,soon,,,5,27,,,", "date not readable"},
      {"1,0025-01-01,,,5,27,,,", "date not readable"},
      {"1,2021-02-30,,,5,27,,,", "date not readable"},
      {"1,2021-02-03,,lately,5,27,,,", "date not readable"},
      {"1,2021-02-03,2021-02-01,,5,27,,,", "dates reversed"},
      {"1,2021-02-03,,2021-02-01,5,27,,,", "reported before it happened"},
      {"1,2021-02-03,,,5,,,,", "coordinates missing"},
      {"1,2021-02-03,,,,,,,", "coordinates missing"},
      {"1,2021-02-03,,,five,27,,,", "coordinates not readable"},
      {"1,2021-02-03,,,nan,27,,,", "coordinates missing"},
      {"1,2021-02-03,,,inf,27,,,", "coordinates not readable"},
      {"1,2021-02-03,,,95,270,,,", "coordinates out of range"},
      {"1,2021-02-03,,,5,270,,,", "coordinates out of range"},
      {"1,2021-02-03,,,127.5,5.6,,,", "latitude and longitude swapped?"},
      {"1,2021-02-03,,,0,0.0,,,", "coordinates 0,0"},
      {"1,2021-02-03,,,5,27,,many,", "number not readable"},
      {"1,2021-02-03,,,5,27,,\" 50,170 \",", ""},
      {"1,2021-02-03,,,5,27,,=A1+1,", "number not readable"},
      {"1,2021-02-03,,,5,27,,#REF!,", "number not readable"},
      {"1,2021-02-03,,,5,27,,,inf", "not finite"},
      {"1,2021-02-03,,,5,27,,-1,", "negative persons or weight"},
      {"1,2021-02-03,,,5,27,,,-0.5", "negative persons or weight"},
      {"1,2021-02-03,,,5,27,nearby,,", "precision not understood"},
      {"1,2021-02-03,,,5,27,-5 km,,", "precision not understood"},
      {"1,2021-02-03,,,5,27,,,,,x", "columns do not match"},
      {"1,2021-02-03,,,5,27,point,2,1", ""},
  };
  for (const auto& [record, expected] : reasons) EXPECT_EQ(reason(header, record), expected) << record;
}

TEST_F(Incidents, ReportedBeforeItHappenedNamesBothDates) {
  spec_.most_unusable = 1;
  const EventBatch batch = read("id,date,reported,latitude,longitude\n1,2021-02-03,2021-02-01,5,27\n");
  ASSERT_EQ(batch.quarantined.size(), 1u);
  EXPECT_NE(batch.quarantined[0].detail.find("2021-02-01"), std::string::npos) << batch.quarantined[0].detail;
  EXPECT_NE(batch.quarantined[0].detail.find("2021-02-03"), std::string::npos) << batch.quarantined[0].detail;
}

TEST_F(Incidents, RowsReconcileAndKeepTheirNumbers) {
  spec_.where = "category = 'rape'";
  spec_.most_unusable = 0.5;
  const EventBatch batch = read(
      "id,date,latitude,longitude,category\n"
      "1,2021-01-01,5,27,rape\n"
      "2,2021-01-01,5,27,looting\n"
      "1,2021-01-02,5,27,rape\n"
      "3,2021-01-03,5,27,rape\n"
      "4,,5,27,looting\n");
  EXPECT_EQ(batch.rows_read, 5);
  EXPECT_EQ(batch.outside_where, 2);  // also the one without a date: it was not wanted
  ASSERT_EQ(batch.quarantined.size(), 1U);
  EXPECT_EQ(batch.quarantined[0].reason, "duplicate id");
  EXPECT_EQ(batch.quarantined[0].row, 4);
  EXPECT_EQ(batch.quarantined[0].record, "1 | 2021-01-02 | 5 | 27 | rape");
  EXPECT_EQ(batch.events.row, (std::vector<std::int64_t>{2, 5}));
}

TEST_F(Incidents, TooManyUnusableRecordsStopTheRun) {
  const std::string text = "date,latitude,longitude\n2021-01-01,5,27\n,5,27\n,5,27\n2021-01-01,x,27\n";
  const auto thrown = thrown_by([&] { read(text); });
  EXPECT_EQ(thrown.code, ErrorCode::input);
  EXPECT_TRUE(contains(thrown.message, "3 of 4") && contains(thrown.message, "2 no date, 1 coordinates not readable"))
      << thrown.message;
  spec_.most_unusable = 0.75;
  EXPECT_EQ(read(text).events.size(), 1U);
}

TEST_F(Incidents, MissingColumnsNameTheNearest) {
  const auto latitude = thrown_by([&] { read("date,lattitude,longitude\n2021-01-01,5,27\n"); });
  EXPECT_EQ(latitude.code, ErrorCode::input);
  EXPECT_TRUE(contains(latitude.message, "column 'latitude' is missing") &&
              contains(latitude.message, "did you mean 'lattitude'?"))
      << latitude.message;
  EXPECT_TRUE(contains(thrown_by([&] { read("time,latitude,longitude\n2021-01-01,5,27\n"); }).message, "'date'"));
  const auto field = thrown_by([&] {
    read("date,latitude,longitude\n2021-01-01,5,27\n", {"EPSG:4326", {}, {"longtude"}, {}});
  });
  EXPECT_EQ(field.code, ErrorCode::scenario);
  EXPECT_TRUE(contains(field.message, "did you mean 'longitude'?")) << field.message;
}

TEST_F(Incidents, TablesAreMapped) {
  spec_.format = "table";
  spec_.columns = {{"date", "when"}, {"latitude", "y"}, {"longitude", "x"}, {"actor", "who"}};
  const EventBatch batch = read("when,x,y,who,weight\n2021-01-01,27,5,armed group B,kilos\n",
                                {"EPSG:4326", {}, {"actor"}, {"actor = 'armed group B'"}});
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_NEAR(batch.events.y[0], 5, 1e-9);
  EXPECT_EQ(batch.events.weight[0], 1);  // an unmapped column of that name means something else
  EXPECT_EQ(batch.events.texts.at("actor").text(0), "armed group B");
  EXPECT_EQ(batch.matches.at(0).at(0), 1);
  spec_.columns["actr"] = "who";
  EXPECT_TRUE(contains(thrown_by([&] { read("when,x,y,who\n"); }).message, "did you mean 'actor'?"));
  spec_.columns = {{"date", "whn"}};
  EXPECT_EQ(thrown_by([&] { read("when,x,y,who\n"); }).code, ErrorCode::scenario);
}

TEST_F(Incidents, CoordinatesAreProjected) {
  const EventBatch batch =
      read("date,latitude,longitude\n2021-01-01,0,27\n2021-01-01,50,-150\n", {"EPSG:32635", {}, {}, {}});
  ASSERT_EQ(batch.events.size(), 2U);
  EXPECT_NEAR(batch.events.x[0], 500000, 1e-6);
  EXPECT_NEAR(batch.events.y[0], 0, 1e-6);
  EXPECT_TRUE(std::isfinite(batch.events.x[1]));  // far outside, but never NaN: that would mean "no coordinates"
  spec_.crs = "EPSG:32635";
  const EventBatch metres = read("date,latitude,longitude\n2021-01-01,600000,400000\n", {"EPSG:32635", {}, {}, {}});
  ASSERT_EQ(metres.events.size(), 1U);
  EXPECT_NEAR(metres.events.x[0], 400000, 1e-6);
}

TEST_F(Incidents, PointsOfALayerAreCoordinates) {
  spec_.name = "points";
  spec_.path = files_.write("points.geojson", R"({"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"date":"2021-08-31","persons":2},
     "geometry":{"type":"Point","coordinates":[27.5,5.5]}},
    {"type":"Feature","properties":{"date":"2021-09-01","persons":null},"geometry":null}]})");
  spec_.most_unusable = 1;
  const EventBatch batch = open_events(spec_)->read({"EPSG:4326", {}, {}, {"persons = 2"}});
  EXPECT_EQ(batch.rows_read, 2);
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_NEAR(batch.events.x[0], 27.5, 1e-9);
  EXPECT_EQ(to_string(batch.events.first_day[0]), "2021-08-31");
  EXPECT_EQ(batch.quarantined.at(0).reason, "coordinates missing");
}

TEST_F(Incidents, UnknownFormatsAreNamed) {
  spec_.format = "acleed";
  EXPECT_EQ(thrown_by([&] { read("date\n"); }).code, ErrorCode::scenario);
  spec_.format = "acled";
  EXPECT_TRUE(contains(thrown_by([&] { read("date,latitude,longitude\n2021-01-01,5,27\n"); }).message, "event_date"));
}

TEST(Precision, WordsAndDistances) {
  EXPECT_EQ(parse_precision(" Point "), PlacePrecision{});
  EXPECT_EQ(parse_precision("admin3"), (PlacePrecision{PlaceKind::admin, 3, 0}));
  EXPECT_EQ(parse_precision("500 m"), (PlacePrecision{PlaceKind::disc, 0, 500}));
  for (const char* text : {"", "admin4", "0 km", "5", "5 miles"}) EXPECT_FALSE(parse_precision(text)) << text;
}

TEST_F(Incidents, WordsForUnknownAreEmptyFields) {
  const std::string header = "id,date,date_end,reported,latitude,longitude,pcode,precision,actor";
  EXPECT_EQ(reason(header, "n/a,2021-08-02,-,unknown,N/A,-,SS1009,N/A,x"), "");
  const EventBatch batch = read(header +
                                "\nN/A,2021-08-02,-,unknown,N/A,-,SS1009,-,x\n"
                                "N/A,2021-08-03,n/a,n/a,5.6,27.4,-,n/a,x\n");
  ASSERT_EQ(batch.events.size(), 2U);  // one unknown id is no duplicate of another
  EXPECT_EQ(batch.events.has_reported[0], 0);
  EXPECT_EQ(batch.events.precision[0].kind, PlaceKind::admin);
  EXPECT_EQ(batch.events.precision[1].kind, PlaceKind::point);
  EXPECT_EQ(batch.events.area_code.text(1), "");
  EXPECT_EQ(reason(header, "1,2021-08-02,,,5.6,unknown,SS1009,,x"), "coordinates missing");
}

TEST_F(Incidents, WhereKnowsTheFieldsThatWereRecognised) {
  spec_.where = "actor = 'armed group A' AND latitude > 5";
  const EventBatch batch = read(
      "Incident date,Lat,Long,Perpetrator\n2021-08-02,5.6,27.4,armed group A\n2021-08-03,5.6,27.4,armed group B\n");
  EXPECT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.outside_where, 1);
}

TEST_F(Incidents, WhereDoesNotCompareDatesAsText) {
  spec_.where = "date >= '2021-08-01'";
  const std::string rows = ",latitude,longitude\n02/08/2021,5.6,27.4\n31/08/2021,5.6,27.4\n";
  const auto thrown = thrown_by([&] { read("date" + rows); });
  EXPECT_EQ(thrown.code, ErrorCode::scenario);
  EXPECT_TRUE(contains(thrown.message, "2021-08-31")) << thrown.message;
  spec_.where = "date IS NOT NULL AND date <> '02/08/2021'";
  EXPECT_EQ(read("date" + rows).events.size(), 1U);
  spec_.where = "date >= '2021-08-03'";
  EXPECT_EQ(read("date,latitude,longitude\n2021-08-02,5.6,27.4\n2021-08-31,5.6,27.4\n").events.size(), 1U);
}

TEST_F(Incidents, WhereTakesUnknownNumbersForEmpty) {
  spec_.where = "persons > 2";
  EXPECT_EQ(read("date,latitude,longitude,persons\n2021-08-02,5.6,27.4,n/a\n2021-08-31,5.6,27.4,3\n").events.size(),
            1U);
}

TEST_F(Incidents, ExchangedPointsOfALayerAreSeen) {
  std::string points;
  for (int i = 0; i < 30; ++i) {
    const std::string low = "5." + std::to_string(10 + i), high = "27." + std::to_string(10 + i);
    points += std::string(i == 0 ? "" : ",") +
              R"({"type":"Feature","properties":{"date":"2021-08-02"},"geometry":{"type":"Point","coordinates":[)" +
              (i == 7 ? low + "," + high : high + "," + low) + "]}}";
  }
  spec_.name = "points";
  spec_.path = files_.write("points.geojson", R"({"type":"FeatureCollection","features":[)" + points + "]}");
  const EventBatch batch = open_events(spec_)->read({"EPSG:4326", {}, {}, {}});
  ASSERT_EQ(batch.quarantined.size(), 1U);
  EXPECT_EQ(batch.quarantined[0].reason, "latitude and longitude swapped?");
  EXPECT_EQ(batch.quarantined[0].row, 9);
}

}  // namespace
}  // namespace tocsin::data
