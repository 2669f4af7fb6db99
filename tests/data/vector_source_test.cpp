#include <cmath>

#include <boost/geometry/algorithms/area.hpp>
#include <boost/geometry/algorithms/distance.hpp>
#include <boost/geometry/algorithms/is_valid.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/table_source.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::TempFiles;
using test::thrown_by;

const std::string utm = "EPSG:32635";

class Vector : public testing::Test {
 protected:
  /// A GeoJSON file with one feature for each text "properties | geometry".
  const SourceSpec& collection(const std::vector<std::pair<std::string, std::string>>& features) {
    std::string text = R"({"type":"FeatureCollection","features":[)";
    for (std::size_t i = 0; i < features.size(); ++i)
      text += (i == 0 ? "" : ",") + (R"({"type":"Feature","properties":)" + features[i].first) + R"(,"geometry":)" +
              features[i].second + "}";
    spec_.name = "shapes";
    spec_.path = files_.write("shapes.geojson", text + "]}");
    return spec_;
  }

  /// A square of a tenth of a degree whose south-west corner is given in tenths east of 27 E and north of 5 N.
  static std::string square(int east, int north, int size = 1) {
    const auto corner = [&](int i, int j) {
      return "[" + std::to_string(27 + (east + i * size) / 10.0) + "," + std::to_string(5 + (north + j * size) / 10.0) +
             "]";
    };
    return R"({"type":"Polygon","coordinates":[[)" + corner(0, 0) + "," + corner(1, 0) + "," + corner(1, 1) + "," +
           corner(0, 1) + "," + corner(0, 0) + "]]}";
  }

  TempFiles files_;
  SourceSpec spec_;
};

TEST_F(Vector, AreasCarryCodesNamesAndNumbers) {
  collection({{R"({"pcode":"SS01","name":"North","people":5,"note":"x"})", square(0, 0)},
              {R"({"pcode":"SS02","name":"South","people":null,"note":"y"})", square(1, 0)}});
  spec_.code_field = "PCODE";
  spec_.name_field = "name";
  const AreaBatch batch = open_areas(spec_)->read(utm);
  EXPECT_TRUE(batch.warnings.empty());
  EXPECT_EQ(batch.areas.codes, (std::vector<std::string>{"SS01", "SS02"}));
  EXPECT_EQ(batch.areas.names, (std::vector<std::string>{"North", "South"}));
  ASSERT_EQ(batch.areas.numbers.size(), 1U);
  EXPECT_EQ(batch.areas.numbers.at("people")[0], 5);
  EXPECT_TRUE(std::isnan(batch.areas.numbers.at("people")[1]));
  for (const MultiPolygon& shape : batch.areas.shapes) {
    EXPECT_TRUE(boost::geometry::is_valid(shape));
    // A tenth of a degree near 5 N: 11.06 by 11.09 km.
    EXPECT_NEAR(boost::geometry::area(shape), 11058.0 * 11090.0, 2e5);
    EXPECT_GT(shape[0].outer().size(), 30U);  // long edges were split
  }
}

TEST_F(Vector, WithoutFieldsAreasAreNumberedAndWhereApplies) {
  collection({{R"({"kind":"a"})", square(0, 0)}, {R"({"kind":"b"})", square(2, 0)}, {R"({"kind":"b"})", square(4, 0)}});
  spec_.where = "kind = 'b'";
  const AreaBatch batch = open_areas(spec_)->read(utm);
  EXPECT_EQ(batch.areas.codes, (std::vector<std::string>{"1", "2"}));
  spec_.where = "kind = 'c'";
  EXPECT_EQ(thrown_by([&] { open_areas(spec_)->read(utm); }).code, ErrorCode::input);
  spec_.where = "kin = 'b'";
  EXPECT_TRUE(contains(thrown_by([&] { open_areas(spec_)->read(utm); }).message, "did you mean 'kind'?"));
}

TEST_F(Vector, FaultsOfAreasAreNamed) {
  collection({{R"({"pcode":"A"})", square(0, 0)}, {R"({"pcode":"A"})", square(3, 0)}});
  spec_.code_field = "pcode";
  const auto twice = thrown_by([&] { open_areas(spec_)->read(utm); });
  EXPECT_EQ(twice.code, ErrorCode::input);
  EXPECT_TRUE(contains(twice.message, "'A' occurs more than once")) << twice.message;
  spec_.code_field = "p_code";
  const auto field = thrown_by([&] { open_areas(spec_)->read(utm); });
  EXPECT_EQ(field.code, ErrorCode::scenario);
  EXPECT_TRUE(contains(field.message, "did you mean 'pcode'?")) << field.message;
  collection({{R"({"pcode":"A"})", R"({"type":"Point","coordinates":[27,5]})"}});
  spec_.code_field = "pcode";
  EXPECT_TRUE(contains(thrown_by([&] { open_areas(spec_)->read(utm); }).message, "'A' has no polygon"));
  collection({{R"({"pcode":"A"})", "null"}});
  EXPECT_TRUE(contains(thrown_by([&] { open_areas(spec_)->read(utm); }).message, "'A' has no polygon"));
}

/// The longest way, in metres, from points of the straight edge a-b in one CRS to the boundary of the shape in another.
double strays_m(const MultiPolygon& shape, double metres_a_unit, Point a, Point b, const std::string& from,
                const std::string& to) {
  constexpr std::size_t points = 2001;
  std::vector<double> x(points), y(points);
  for (std::size_t i = 0; i < points; ++i) {
    const double t = static_cast<double>(i) / (points - 1);
    x[i] = a.x() + t * (b.x() - a.x());
    y[i] = a.y() + t * (b.y() - a.y());
  }
  Transformer(from, to).transform(x, y);
  const LineString boundary(shape[0].outer().begin(), shape[0].outer().end());
  double longest = 0;
  for (std::size_t i = 0; i < points; ++i)
    longest = std::max(longest, boost::geometry::distance(Point(x[i], y[i]), boundary));
  return longest * metres_a_unit;
}

TEST_F(Vector, LongEdgesStayWhereTheyAre) {
  constexpr double most_m = 0.05;  // as vector_source.hpp promises
  const std::string degrees = "EPSG:4326";
  collection({{R"({})", R"({"type":"Polygon","coordinates":[[[24,3],[30,3],[30,12],[24,12],[24,3]]]})"}});
  const MultiPolygon box = open_areas(spec_)->read(utm).areas.shapes[0];
  for (const auto& [a, b] : {std::pair{Point(24, 12), Point(30, 12)}, std::pair{Point(30, 3), Point(30, 12)}})
    EXPECT_LT(strays_m(box, 1, a, b, degrees, utm), most_m);
  // A box in metres bends as much in degrees; features as areas do.
  collection({{R"({})", R"({"type":"Polygon","coordinates":[[[200000,300000],[800000,300000],[800000,1300000],
                                                             [200000,1300000],[200000,300000]]]})"}});
  spec_.crs = utm;
  const MultiPolygon bent = open_areas(spec_)->read(degrees).areas.shapes[0];
  const FeatureBatch features = open_features(spec_)->read(degrees, {});
  for (const MultiPolygon& shape : {bent, std::get<MultiPolygon>(features.features.at(0).geometry)})
    EXPECT_LT(strays_m(shape, 111'320, {200000, 1300000}, {800000, 1300000}, utm, degrees), most_m);
  // In its own CRS nothing is added.
  EXPECT_EQ(open_areas(spec_)->read(utm).areas.shapes[0][0].outer().size(), 5U);
}

TEST_F(Vector, FeaturesCarryANumber) {
  const std::string two_points = R"({"type":"MultiPoint","coordinates":[[27,5],[27.1,5]]})";
  collection({{R"({"people":5,"note":"7.5"})", two_points}, {R"({"people":null,"note":""})", square(0, 0)}});
  spec_.value_field = "PEOPLE";
  const Features features = open_features(spec_)->read(utm, {}).features;
  ASSERT_EQ(features.size(), 3U);
  EXPECT_EQ(features[0].value, 5);
  EXPECT_EQ(features[1].value, 5) << "each point of a multipoint";
  EXPECT_TRUE(std::isnan(features[2].value)) << "not given";
  spec_.value_field = "note";
  EXPECT_EQ(open_features(spec_)->read(utm, {}).features[0].value, 7.5) << "numbers as text, as tables have them";
  spec_.value_field = "poeple";
  EXPECT_TRUE(contains(thrown_by([&] { open_features(spec_)->read(utm, {}); }).message, "did you mean 'people'?"));
  collection({{R"({"name":"North"})", square(0, 0)}, {R"({"name":"South"})", square(2, 0)}});
  spec_.value_field = "name";
  const auto text = thrown_by([&] { open_features(spec_)->read(utm, {}); });
  EXPECT_EQ(text.code, ErrorCode::input);
  EXPECT_TRUE(contains(text.message, "2 value not readable")) << text.message;
}

TEST_F(Vector, InvalidPolygonsOfFeaturesAreRepaired) {
  collection({{"{}", R"({"type":"Polygon","coordinates":[[[27,5],[27.1,5.1],[27.1,5],[27,5.1],[27,5]]]})"}});
  const FeatureBatch batch = open_features(spec_)->read(utm, {});
  ASSERT_EQ(batch.features.size(), 1U);
  EXPECT_TRUE(boost::geometry::is_valid(std::get<MultiPolygon>(batch.features[0].geometry)));
}

TEST_F(Vector, OverlapsAreRefusedAndSharedEdgesAreNot) {
  collection({{R"({"pcode":"A"})", square(0, 0, 4)},
              {R"({"pcode":"B"})", square(4, 0, 4)},
              {R"({"pcode":"C"})", square(7, 3, 4)}});
  spec_.code_field = "pcode";
  const auto overlap = thrown_by([&] { open_areas(spec_)->read(utm); });
  EXPECT_EQ(overlap.code, ErrorCode::input);
  EXPECT_TRUE(contains(overlap.message, "'B' and 'C' overlap")) << overlap.message;
  spec_.where = "pcode <> 'C'";
  EXPECT_EQ(open_areas(spec_)->read(utm).areas.size(), 2U);
}

TEST_F(Vector, InvalidPolygonsAreRepairedAndNamed) {
  collection({{R"({"name":"Bow tie"})",
               R"({"type":"Polygon","coordinates":[[[27,5],[27.1,5.1],[27.1,5],[27,5.1],[27,5]]]})"}});
  spec_.name_field = "name";
  const AreaBatch batch = open_areas(spec_)->read(utm);
  ASSERT_EQ(batch.warnings.size(), 1U);
  EXPECT_TRUE(contains(batch.warnings[0], "Bow tie")) << batch.warnings[0];
  EXPECT_TRUE(boost::geometry::is_valid(batch.areas.shapes.at(0)));
  EXPECT_NEAR(boost::geometry::area(batch.areas.shapes[0]), 11058.0 * 11090.0 / 2, 2e5);
  collection({{R"({"name":"Line"})", R"({"type":"Polygon","coordinates":[[[27,5],[27.1,5.1],[27,5],[27,5]]]})"}});
  const auto nothing_left = thrown_by([&] { open_areas(spec_)->read(utm); });
  EXPECT_EQ(nothing_left.code, ErrorCode::input);
  EXPECT_TRUE(contains(nothing_left.message, "Line")) << nothing_left.message;
}

TEST_F(Vector, FeaturesOfEachKindWithTheirDays) {
  collection({{R"({"from":"2021-05-20","to":null})", R"({"type":"Point","coordinates":[27,0]})"},
              {R"({"from":null,"to":"2021-06-01"})", R"({"type":"LineString","coordinates":[[27,5],[27.1,5]]})"},
              {R"({"from":null,"to":null})", square(0, 0)},
              {R"({"from":null,"to":null})",
               R"({"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[27,5],[28,5]]},)" +
                   square(0, 0) + "]}"}});
  spec_.from_field = "from";
  spec_.to_field = "to";
  const FeatureBatch batch = open_features(spec_)->read(utm, "");
  EXPECT_EQ(batch.rows_read, 4);
  ASSERT_EQ(batch.features.size(), 6U);  // the collection holds three
  const auto* point = std::get_if<Point>(&batch.features[0].geometry);
  ASSERT_NE(point, nullptr);
  EXPECT_NEAR(point->x(), 500000, 1e-6);
  EXPECT_EQ(batch.features[0].from, make_day(2021, 5, 20));
  EXPECT_FALSE(batch.features[0].to);
  EXPECT_EQ(batch.features[1].to, make_day(2021, 6, 1));
  EXPECT_TRUE(std::holds_alternative<LineString>(batch.features[1].geometry));
  EXPECT_TRUE(std::holds_alternative<MultiPolygon>(batch.features[2].geometry));
}

TEST_F(Vector, FeaturesThatCannotBeUsedAreQuarantined) {
  collection({{R"({"kind":"a","from":"2021-05-20","to":"2021-05-01"})", R"({"type":"Point","coordinates":[27,5]})"},
              {R"({"kind":"a","from":"soon","to":null})", R"({"type":"Point","coordinates":[27,5]})"},
              {R"({"kind":"a","from":null,"to":null})", "null"},
              {R"({"kind":"a","from":null,"to":null})", R"({"type":"Point","coordinates":[5,127]})"},
              {R"({"kind":"a","from":"2021-05","to":"2021-05"})", R"({"type":"Point","coordinates":[27,5]})"},
              {R"({"kind":"b","from":null,"to":null})", "null"}});
  spec_.from_field = "from";
  spec_.to_field = "to";
  spec_.most_unusable = 0.8;
  const FeatureBatch batch = open_features(spec_)->read(utm, "kind = 'a'");
  EXPECT_EQ(batch.rows_read, 6);
  EXPECT_EQ(batch.outside_where, 1);
  ASSERT_EQ(batch.features.size(), 1U);
  EXPECT_EQ(batch.features[0].to, make_day(2021, 5, 31));
  ASSERT_EQ(batch.quarantined.size(), 4U);
  EXPECT_EQ(batch.quarantined[0].reason, "dates reversed");
  EXPECT_EQ(batch.quarantined[0].row, 2);
  EXPECT_EQ(batch.quarantined[1].reason, "date not readable");
  EXPECT_EQ(batch.quarantined[2].reason, "coordinates missing");
  EXPECT_EQ(batch.quarantined[3].reason, "latitude and longitude swapped?");
  spec_.most_unusable = 0.2;
  EXPECT_EQ(thrown_by([&] { open_features(spec_)->read(utm, ""); }).code, ErrorCode::input);
}

TEST_F(Vector, TablesWithCoordinatesOrWktAreFeatures) {
  spec_.name = "sites";
  spec_.path = files_.write("sites.csv", "name,Latitude,Longitude,opened\nA,0,27,2021-05-01\nB,0,28,\n");
  spec_.from_field = "opened";
  const FeatureBatch points = open_features(spec_)->read(utm, "name = 'A'");
  ASSERT_EQ(points.features.size(), 1U);
  EXPECT_NEAR(std::get<Point>(points.features[0].geometry).x(), 500000, 1e-6);
  EXPECT_EQ(points.features[0].from, make_day(2021, 5, 1));
  EXPECT_EQ(points.outside_where, 1);
  spec_.from_field = "";
  spec_.path = files_.write("wkt.csv", "code,wkt\n01,\"POLYGON ((27 5,27.1 5,27.1 5.1,27 5.1,27 5))\"\n");
  spec_.code_field = "code";
  EXPECT_EQ(open_areas(spec_)->read(utm).areas.codes.at(0), "01");
  spec_.path = files_.write("none.csv", "name,lattitude,longitude\nA,0,27\n");
  EXPECT_TRUE(contains(thrown_by([&] { open_features(spec_)->read(utm, ""); }).message, "did you mean 'lattitude'?"));
}

TEST_F(Vector, FeaturesTellTheirRecordAndValue) {
  spec_.name = "sites";
  spec_.path = files_.write("sites.csv",
                            "id,name,wkt\n7,a,\"MULTIPOINT ((27 5),(27.1 5))\"\n8,b,POINT (27 5)\n"
                            ",c,POINT (28 5)\nx,d,POINT (28 5)\n");
  spec_.value_field = "id";
  spec_.most_unusable = 0.3;
  const FeatureBatch batch = open_features(spec_)->read(utm, "name <> 'b'");
  ASSERT_EQ(batch.features.size(), 3U);
  EXPECT_EQ(batch.features[0].record, 1);
  EXPECT_EQ(batch.features[1].record, 1) << "the parts of one record";
  EXPECT_EQ(batch.features[0].value, 7);
  EXPECT_EQ(batch.features[2].record, 3) << "records that a filter leaves out are counted";
  EXPECT_TRUE(std::isnan(batch.features[2].value)) << "empty";
  ASSERT_EQ(batch.quarantined.size(), 1U);
  EXPECT_EQ(batch.quarantined[0].reason, "value not readable");
  spec_.value_field = "idd";
  EXPECT_EQ(thrown_by([&] { open_features(spec_)->read(utm, ""); }).code, ErrorCode::scenario);
}

TEST_F(Vector, ExtentInDegrees) {
  collection({{"{}", square(0, 0)}, {"{}", square(5, 2)}});
  const LonLatBox box = lonlat_bounds(spec_);
  EXPECT_NEAR(box.west, 27, 1e-9);
  EXPECT_NEAR(box.east, 27.6, 1e-9);
  EXPECT_NEAR(box.south, 5, 1e-9);
  EXPECT_NEAR(box.north, 5.3, 1e-9);
}

TEST_F(Vector, TableCellsStayTexts) {
  spec_.name = "table";
  spec_.path = files_.write("t.csv", "pcode,from,persons\n007,2021-03-01, 5 \n008,,\n");
  const Table table = open_table(spec_)->read();
  EXPECT_EQ(table.columns, (std::vector<std::string>{"pcode", "from", "persons"}));
  EXPECT_EQ(table.rows, (std::vector<std::vector<std::string>>{{"007", "2021-03-01", "5"}, {"008", "", ""}}));
  EXPECT_EQ(table.row_numbers, (std::vector<std::int64_t>{2, 3}));
  spec_.columns = {{"count", "persons"}};
  EXPECT_EQ(open_table(spec_)->read().columns[2], "count");
  spec_.path = files_.write("t.csv", "a\n1,2\n");
  spec_.columns.clear();
  EXPECT_TRUE(contains(thrown_by([&] { open_table(spec_)->read(); }).message, "row 2"));
}

TEST(Bounds, RecordsWithoutASoundPlaceDoNotDecide) {
  test::TempFiles files;
  const auto point = [](const char* at) {
    return R"({"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[)" + std::string(at) + "]}}";
  };
  SourceSpec spec;
  spec.name = "points";
  spec.path =
      files.write("points.geojson", R"({"type":"FeatureCollection","features":[)" + point("27.1,5.5") + "," +
                                        point("28.2,195.62") + "," + point("0,0") + "," + point("27.9,4.5") + "]}");
  const LonLatBox box = lonlat_bounds(spec);
  EXPECT_DOUBLE_EQ(box.west, 27.1);
  EXPECT_DOUBLE_EQ(box.east, 27.9);
  EXPECT_DOUBLE_EQ(box.south, 4.5);
  EXPECT_DOUBLE_EQ(box.north, 5.5);
}

}  // namespace
}  // namespace tocsin::data
