#include <csignal>
#include <filesystem>
#include <functional>

#include <cpl_json.h>
#include <data/made_up_run.hpp>
#include <data/temp_files.hpp>
#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tocsin/data/gdal.hpp>
#include <tocsin/data/geopackage.hpp>
#include <tocsin/data/run_folder.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::made_up_header;
using test::made_up_period;
using test::sums_of;
using test::TempFiles;
using test::text_of;
using test::thrown_by;

RunFolderOptions options_for(const std::string& folder, Overwrite overwrite = Overwrite::no) {
  RunFolderOptions options;
  options.folder = folder;
  options.overwrite = overwrite;
  options.note = "Synthetic data: do not use for decisions";
  options.options = {{"crs", "WGS 84 / UTM zone 35N"}, {"cell_m", "1000"}};
  return options;
}

void run(const std::string& folder, Overwrite overwrite = Overwrite::no) {
  RunFolderSink sink(options_for(folder, overwrite));
  test::run_into(sink, made_up_header());
}

/// Runs in a child; what waitpid says of its end.
int in_child(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(RunFolder, HoldsEveryFile) {
  const TempFiles files;
  run(files.path("out"));
  EXPECT_EQ(names_in(files.path("out")),
            (std::vector<std::string>{"areas.csv", "areas.gpkg", "areas.xlsx", "quarantine.csv", "risk_2021-10.tif",
                                      "risk_2021-11.tif", "risk_2021-12.png", "risk_2021-12.tif", "run.json"}));
  EXPECT_EQ(names_in(files.path("")), std::vector<std::string>{"out"});
}

TEST(RunFolder, TwoRunsGiveTheSameBytes) {
  const TempFiles files;
  run(files.path("one"));
  run(files.path("two"));
  EXPECT_EQ(sums_of(files.path("one")), sums_of(files.path("two")));
}

TEST(RunFolder, RunJsonTellsWhatWentInAndCameOut) {
  const TempFiles files;
  const std::string incidents = files.write("incidents.csv", "a,b\n");
  RunFolderOptions options = options_for(files.path("out"));
  options.inputs = {{"incidents", incidents}, {"roads", incidents}};
  RunFolderSink sink(options);
  test::run_into(sink, made_up_header());
  CPLJSONDocument document;
  ASSERT_TRUE(document.Load(files.path("out/run.json")));
  const CPLJSONObject root = document.GetRoot();
  std::vector<std::string> keys;
  for (const CPLJSONObject& child : root.GetChildren()) keys.push_back(child.GetName());
  EXPECT_EQ(keys, (std::vector<std::string>{"tocsin", "scenario", "as_of", "options", "inputs", "placement", "joins",
                                            "outputs", "warnings"}));
  EXPECT_EQ(root.GetString("as_of"), "2022-01-15");
  EXPECT_EQ(root.GetString("options/cell_m"), "1000");
  const CPLJSONArray inputs = root.GetArray("inputs");
  ASSERT_EQ(inputs.Size(), 2);
  EXPECT_EQ(inputs[0].GetString("sha256"), sha256_of_file(incidents));
  EXPECT_EQ(inputs[0].GetInteger("rows/read"), 10);
  EXPECT_EQ(inputs[0].GetInteger("rows/outside/total"), 3);
  EXPECT_EQ(inputs[0].GetInteger("rows/outside/by_reason/area"), 2);
  EXPECT_FALSE(inputs[1].GetObj("rows").IsValid());
  EXPECT_EQ(root.GetDouble("placement/incidents/spread"), 2);
  auto sums = sums_of(files.path("out"));
  sums.erase("run.json");
  std::map<std::string, std::string> listed;
  std::vector<std::string> order;
  const CPLJSONArray outputs = root.GetArray("outputs");
  for (int i = 0; i < outputs.Size(); ++i) {
    listed[outputs[i].GetString("path")] = outputs[i].GetString("sha256");
    order.push_back(outputs[i].GetString("path"));
  }
  EXPECT_EQ(listed, sums);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(RunFolder, GeoPackageCsvAndCogAgree) {
  const TempFiles files;
  const AssessmentHeader header = made_up_header();
  run(files.path("out"));
  register_gdal();
  const auto open = [&](const std::string& name, unsigned kind) {
    return DatasetHandle(GDALDataset::Open(files.path("out/" + name).c_str(), kind));
  };
  const DatasetHandle package = open("areas.gpkg", GDAL_OF_VECTOR), csv = open("areas.csv", GDAL_OF_VECTOR),
                      tif = open("risk_2021-12.tif", GDAL_OF_RASTER), book = open("areas.xlsx", GDAL_OF_VECTOR);
  ASSERT_TRUE(package && csv && tif && book);
  OGRLayer* layer = package->GetLayerByName("areas");
  ASSERT_EQ(layer->GetFeatureCount(), 12);
  ASSERT_EQ(csv->GetLayer(0)->GetFeatureCount(), 12);
  ASSERT_EQ(book->GetLayer(0)->GetFeatureCount(), 12);
  std::vector<float> pixels(header.grid.size());
  ASSERT_EQ(tif->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, 40, 30, pixels.data(), 40, 30, GDT_Float32, 0, 0, nullptr),
            CE_None);
  for (int row = 0; row < 12; ++row) {
    const FeatureHandle feature(layer->GetNextFeature()), line(csv->GetLayer(0)->GetNextFeature()),
        cells(book->GetLayer(0)->GetNextFeature());
    EXPECT_STREQ(cells->GetFieldAsString("code"), feature->GetFieldAsString("code"));
    for (const char* column : {"code", "name", "period", "top_indicators"})
      EXPECT_STREQ(feature->GetFieldAsString(column), line->GetFieldAsString(column));
    for (const char* column : {"score", "coverage", "rank", "change", "pillar_conflict", "pillar_protection"}) {
      EXPECT_EQ(feature->IsFieldSetAndNotNull(feature->GetFieldIndex(column)) != 0,
                std::string(line->GetFieldAsString(column)) != "");
      EXPECT_EQ(feature->GetFieldAsDouble(column), std::atof(line->GetFieldAsString(column)));
      EXPECT_EQ(feature->GetFieldAsDouble(column), cells->GetFieldAsDouble(column));
    }
    if (row < 8) continue;  // the raster is that of the last period
    const int area = row - 8;
    double sum = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i)
      if (static_cast<int>(i % 40) / 10 == area) sum += pixels[i];
    if (area == 3)
      EXPECT_TRUE(std::isnan(sum));
    else
      EXPECT_NEAR(feature->GetFieldAsDouble("score"), sum / 300, 0.0005);  // tables have 3 decimals
    EXPECT_NEAR(feature->GetGeometryRef()->toMultiPolygon()->get_Area(), 300e6, 1);
  }
  EXPECT_EQ(layer->GetGeomType(), wkbMultiPolygon);
  EXPECT_STREQ(layer->GetSpatialRef()->GetAuthorityCode(nullptr), "32635");
  EXPECT_EQ(book->GetLayer(0)->GetLayerDefn()->GetFieldDefn(0)->GetType(), OFTString);
}

TEST(RunFolder, GeoPackageBringsItsStyle) {
  const TempFiles files;
  run(files.path("out"));
  const DatasetHandle package(GDALDataset::Open(files.path("out/areas.gpkg").c_str(), GDAL_OF_VECTOR));
  ASSERT_TRUE(package);
  EXPECT_EQ(package->GetLayerCount(), 2);
  OGRLayer* styles = package->GetLayerByName("layer_styles");
  ASSERT_NE(styles, nullptr);
  const FeatureHandle style(styles->GetNextFeature());
  EXPECT_STREQ(style->GetFieldAsString("f_table_name"), "areas");
  const std::string qml = style->GetFieldAsString("styleQML");
  const std::unique_ptr<CPLXMLNode, decltype(&CPLDestroyXMLNode)> xml(CPLParseXMLString(qml.c_str()),
                                                                      &CPLDestroyXMLNode);
  EXPECT_NE(xml, nullptr);
  EXPECT_TRUE(contains(qml, "&quot;score&quot; IS NULL"));
}

TEST(RunFolder, HotspotsBringTheirStyle) {
  const TempFiles files;
  const AssessmentHeader header = made_up_header();
  std::vector<HotspotsOfPeriod> hotspots(1);
  hotspots[0].period = header.periods[0].label;
  hotspots[0].hotspots.resize(1);
  hotspots[0].hotspots[0].shape = header.areas.shapes[0];
  hotspots[0].hotspots[0].place = "Town";
  hotspots[0].hotspots[0].place_km = 2.34;
  write_geopackage(files.path("areas.gpkg"), header, {}, hotspots);
  const DatasetHandle package(GDALDataset::Open(files.path("areas.gpkg").c_str(), GDAL_OF_VECTOR));
  ASSERT_TRUE(package);
  const FeatureHandle hotspot(package->GetLayerByName("hotspots")->GetNextFeature());
  EXPECT_STREQ(hotspot->GetFieldAsString("place"), "Town");
  EXPECT_EQ(hotspot->GetFieldAsDouble("place_km"), 2.3);
  OGRLayer* styles = package->GetLayerByName("layer_styles");
  ASSERT_NE(styles, nullptr);
  std::map<std::string, std::string> qml;
  for (FeatureHandle style(styles->GetNextFeature()); style; style.reset(styles->GetNextFeature()))
    qml[style->GetFieldAsString("f_table_name")] = style->GetFieldAsString("styleQML");
  ASSERT_TRUE(qml.contains("hotspots"));
  const std::unique_ptr<CPLXMLNode, decltype(&CPLDestroyXMLNode)> xml(CPLParseXMLString(qml["hotspots"].c_str()),
                                                                      &CPLDestroyXMLNode);
  EXPECT_NE(xml, nullptr);
}

TEST(RunFolder, QuarantineIsForTheOwnerOnly) {
  const TempFiles files;
  run(files.path("out"));
  struct stat status {};
  ASSERT_EQ(stat(files.path("out/quarantine.csv").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(RunFolder, LeavesNothingWithoutFinish) {
  const TempFiles files;
  const AssessmentHeader header = made_up_header();
  {
    RunFolderSink sink(options_for(files.path("out")));
    sink.begin(header);
    sink.write(made_up_period(header, 0));
  }
  EXPECT_TRUE(names_in(files.path("")).empty());
}

TEST(RunFolder, OverwritesOnlyWhenAsked) {
  const TempFiles files;
  run(files.path("out"));
  const auto error = thrown_by([&] { run(files.path("out")); });
  EXPECT_EQ(error.code, ErrorCode::usage);
  EXPECT_TRUE(contains(error.message, "--overwrite"));
  files.write("out/my notes.txt", "mine");
  const auto before = sums_of(files.path("out"));
  run(files.path("out"), Overwrite::yes);
  EXPECT_EQ(sums_of(files.path("out")), before);
  EXPECT_EQ(text_of(files.path("out/my notes.txt")), "mine");
}

/// The old folder is another run, so that a mix of old and new could not go unseen.
std::map<std::string, std::string> make_old_folder(const std::string& folder) {
  RunFolderSink sink(options_for(folder));
  test::run_into(sink, made_up_header(40, 30, 2, 2));
  return sums_of(folder);
}

TEST(RunFolder, KilledAtAnyPointLeavesTheOldFolder) {
  const TempFiles files;
  const std::string out = files.path("out");
  const auto before = make_old_folder(out);
  const AssessmentHeader header = made_up_header();
  for (std::size_t periods_written = 0; periods_written <= header.periods.size(); ++periods_written) {
    const int status = in_child([&] {
      RunFolderSink sink(options_for(out, Overwrite::yes));
      sink.begin(header);
      for (std::size_t period = 0; period < periods_written; ++period) sink.write(made_up_period(header, period));
      raise(SIGKILL);
      return 0;
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(sums_of(out), before);
    EXPECT_TRUE(std::filesystem::exists(files.path(".out.partial")));
  }
  run(out, Overwrite::yes);  // what was left behind is no hindrance
  EXPECT_NE(sums_of(out), before);
  EXPECT_EQ(names_in(files.path("")), std::vector<std::string>{"out"});
}

TEST(RunFolder, KilledByTheClockLeavesOneOfTheTwoWhole) {
  const TempFiles files;
  const std::string out = files.path("out");
  const auto before = make_old_folder(out);
  run(files.path("reference"));
  const auto after = sums_of(files.path("reference"));
  for (const int delay_ms : {5, 20, 40, 60, 80, 100, 120, 140, 160, 200, 260}) {
    const pid_t child = fork();
    if (child == 0) {
      run(out, Overwrite::yes);
      _exit(0);
    }
    usleep(static_cast<useconds_t>(delay_ms) * 1000);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const auto now = sums_of(out);
    EXPECT_TRUE(now == before || now == after) << "killed after " << delay_ms << " ms";
  }
}

TEST(RunFolder, FullDiskLeavesTheOldFolder) {
  const TempFiles files;
  const std::string out = files.path("out");
  const auto before = make_old_folder(out);
  run(files.path("reference"));
  std::uintmax_t largest = 0;
  for (const auto& entry : std::filesystem::directory_iterator(files.path("reference")))
    largest = std::max(largest, entry.file_size());
  // No file may grow beyond the limit: each limit stops another file, or another step of the same file.
  for (const std::uintmax_t limit :
       {std::uintmax_t{0}, std::uintmax_t{100}, std::uintmax_t{1000}, std::uintmax_t{6000}, std::uintmax_t{12000},
        std::uintmax_t{20000}, std::uintmax_t{60000}, largest - 1}) {
    const int status = in_child([&] {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit most{limit, limit};
      setrlimit(RLIMIT_FSIZE, &most);
      const auto error = thrown_by([&] { run(out, Overwrite::yes); });
      return error.happened && error.code == ErrorCode::io ? 7 : 1;
    });
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 7) << "limit " << limit;
    EXPECT_EQ(sums_of(out), before) << "limit " << limit;
    EXPECT_FALSE(std::filesystem::exists(files.path(".out.partial"))) << "limit " << limit;
  }
}

TEST(RunFolder, MissingInputIsNamed) {
  const TempFiles files;
  RunFolderOptions options = options_for(files.path("out"));
  options.inputs = {{"incidents", files.path("nowhere.csv")}};
  const auto error = thrown_by([&] {
    RunFolderSink sink(options);
    sink.begin(made_up_header());
  });
  EXPECT_EQ(error.code, ErrorCode::input);
  EXPECT_TRUE(contains(error.message, "nowhere.csv"));
  EXPECT_FALSE(std::filesystem::exists(files.path("out")));
}

}  // namespace
}  // namespace tocsin::data
