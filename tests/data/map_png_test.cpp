#include <data/made_up_run.hpp>
#include <data/temp_files.hpp>
#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <tocsin/data/detail/map_labels.hpp>
#include <tocsin/data/detail/map_layout.hpp>
#include <tocsin/data/detail/risk_classes.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/data/map_png.hpp>

namespace tocsin::data {
namespace {

/// The pixels of a PNG, band after band.
struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> red, green, blue;
  /// Within 1: Cairo rounds fractions of a colour in its own way.
  [[nodiscard]] bool has(int r, int g, int b) const {
    for (std::size_t i = 0; i < red.size(); ++i)
      if (std::abs(red[i] - r) <= 1 && std::abs(green[i] - g) <= 1 && std::abs(blue[i] - b) <= 1) return true;
    return false;
  }
};

Picture read(const std::string& png) {
  const test::TempFiles files;
  register_gdal();
  const DatasetHandle dataset(GDALDataset::Open(files.write("map.png", png).c_str(), GDAL_OF_RASTER));
  Picture picture;
  if (!dataset) return picture;
  picture.width = dataset->GetRasterXSize();
  picture.height = dataset->GetRasterYSize();
  int band = 0;
  for (auto* values : {&picture.red, &picture.green, &picture.blue}) {
    values->resize(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height));
    EXPECT_EQ(dataset->GetRasterBand(++band)->RasterIO(GF_Read, 0, 0, picture.width, picture.height, values->data(),
                                                       picture.width, picture.height, GDT_Byte, 0, 0, nullptr),
              CE_None);
  }
  return picture;
}

std::string draw(const AssessmentHeader& header, const MapText& text = {}) {
  const PeriodResult period = test::made_up_period(header, 0);
  return map_png(header, period.period, period.bands[0].values, period.areas, {}, text);
}

TEST(MapPng, TwoDrawingsAreTheSame) {
  const AssessmentHeader header = test::made_up_header();
  EXPECT_EQ(draw(header), draw(header));
}

TEST(MapPng, AnyShapeOfGridFitsThePage) {
  for (const auto& [width, height] : {std::pair{40, 30}, {900, 3}, {3, 900}, {1, 1}}) {
    const Picture picture = read(draw(test::made_up_header(width, height, 1, 1)));
    EXPECT_EQ(picture.width, 1400);
    EXPECT_GT(picture.height, 700);
    EXPECT_LT(picture.height, 1600);
  }
}

TEST(MapPng, PaintsTheClassOfTheScore) {
  const AssessmentHeader header = test::made_up_header();
  Raster<float> score(header.grid, 70.0F);
  score.at({0, 0}) = std::nanf("");
  const Picture picture = read(map_png(header, header.periods[0], score, {}));
  const MapLayout layout = lay_out(header.grid, 0, 0);
  // Of the map's pixels most have the one class; a legend's swatch alone has some 1,200.
  const RiskClass& risk = risk_class_of(70);
  std::size_t count = 0;
  for (std::size_t i = 0; i < picture.red.size(); ++i)
    count += picture.red[i] == risk.red && picture.green[i] == risk.green && picture.blue[i] == risk.blue;
  EXPECT_GT(static_cast<double>(count), 0.8 * layout.map.width * layout.map.height);
}

TEST(MapPng, NoteIsSeen) {
  const AssessmentHeader header = test::made_up_header();
  EXPECT_NE(draw(header), draw(header, {.note = "Synthetic data"}));
  EXPECT_TRUE(read(draw(header, {.note = "Synthetic data"})).has(255, 242, 191));
  EXPECT_FALSE(read(draw(header)).has(255, 242, 191));
}

TEST(MapPng, AlertsAreSeenAndNeverRunIntoTheScale) {
  const AssessmentHeader header = test::made_up_header();
  MapText none, one;
  none.alerts.emplace();
  one.alerts.emplace({MapAlert{"alert", "Strip 1", "2021-10"}});
  MapText many = one;
  for (int i = 0; i < 200; ++i) many.alerts->push_back({"watch", "A strip with quite a long name", "2021-11"});
  MapText more = many;
  more.alerts->pop_back();
  EXPECT_NE(draw(header), draw(header, none));  // "none" is said
  EXPECT_NE(draw(header, none), draw(header, one));
  EXPECT_NE(draw(header, many), draw(header, more));  // "and 190 more"
  EXPECT_EQ(read(draw(header, many)).height, read(draw(header)).height);
}

TEST(MapPng, DrawsWithoutAreas) {
  AssessmentHeader header = test::made_up_header();
  header.areas = {};
  EXPECT_EQ(read(map_png(header, header.periods[0], Raster<float>(header.grid, 5.0F), {})).width, 1400);
}

TEST(RiskClasses, EndsBelongWhereTheLegendSays) {
  EXPECT_EQ(risk_class_of(0).lower, 0);
  EXPECT_EQ(risk_class_of(19.999).lower, 0);
  EXPECT_EQ(risk_class_of(20).lower, 20);
  EXPECT_EQ(risk_class_of(100).lower, 80);
}

TEST(RiskClasses, GetDarkerSoThatAPhotocopyCanBeRead) {
  double before = 300;
  for (const RiskClass& risk : risk_classes) {
    const double grey = 0.299 * risk.red + 0.587 * risk.green + 0.114 * risk.blue;
    EXPECT_LT(grey, before - 20);  // steps that an eye tells apart
    before = grey;
  }
}

TEST(MapLayout, ScaleBarIsRoundAndFits) {
  EXPECT_EQ(scale_bar(0.001, 190).label, "100 km");
  EXPECT_DOUBLE_EQ(scale_bar(0.001, 190).pixels, 100);
  EXPECT_EQ(scale_bar(0.001, 260).label, "200 km");
  EXPECT_EQ(scale_bar(1, 190).label, "100 m");
}

TEST(MapLabels, StandInTheirAreasAndDoNotOverlap) {
  const AssessmentHeader header = test::made_up_header(40, 30, 4, 1);
  const MapLayout layout = lay_out(header.grid, 100, 80);
  const MapCanvas canvas(1, 1);
  const auto labels = place_labels(canvas, layout, header.areas);
  ASSERT_EQ(labels.size(), 4U);
  for (const MapLabel& label : labels) {
    const Box strip = bounds_of(header.areas.shapes[static_cast<std::size_t>(label.text.back() - '1')]);
    EXPECT_GT(label.x, layout.page_x(strip.min_x));
    EXPECT_LT(label.x, layout.page_x(strip.max_x));
  }
  EXPECT_LT(place_labels(canvas, layout, test::made_up_header(40, 30, 30, 1).areas).size(), 30U);
}

}  // namespace
}  // namespace tocsin::data
