#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/write_file.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/geopackage.hpp>
#include <tocsin/data/map_png.hpp>
#include <tocsin/data/run_folder.hpp>
#include <tocsin/data/sha256.hpp>

namespace tocsin::data {
namespace {

/// A source that is a folder (a file geodatabase) has no bytes of its own to sum up.
std::string sum_of_input(const std::string& path) {
  std::error_code ignored;
  if (is_database(path)) return {};  // what a table holds has no sum
  return std::filesystem::is_directory(path, ignored) ? std::string() : sha256_of_file(path);
}

}  // namespace

RunFolderSink::RunFolderSink(RunFolderOptions options) : options_(std::move(options)) {}

void RunFolderSink::begin(const AssessmentHeader& header) {
  folder_ = std::make_unique<StagingFolder>(options_.folder, options_.overwrite);
  header_ = header;
  inputs_.clear();
  periods_.clear();
  hotspots_.clear();
  alerts_.reset();
  written_.clear();
  raster_.reset();
  picture_.reset();
  for (const InputFile& input : options_.inputs) inputs_.push_back({input.name, input.path, sum_of_input(input.path)});
}

void RunFolderSink::open_raster(const Period& period, std::span<const Band> rows) {
  std::vector<BandText> bands;
  for (const Band& band : rows) bands.push_back({band.name, band.description, band.unit});
  const std::string name = fmt::format("risk_{}.tif", period.label);
  const std::string description =
      fmt::format("{}: risk score (0 to 100, higher = more risk), {}", header_.scenario, period.label);
  raster_ =
      std::make_unique<RasterWriter>(folder_->path_of(name), header_.grid, std::move(bands),
                                     RasterText{description, header_.scenario, period.label, to_string(header_.as_of)},
                                     RasterWriterOptions{RasterWriterOptions::Layout::cloud_optimized, {}});
  written_.push_back(name);
  if (header_.periods.empty() || period != header_.periods.back()) return;
  const auto score = std::find_if(rows.begin(), rows.end(), [](const Band& band) { return band.name == "score"; });
  if (score == rows.end()) throw Error(ErrorCode::internal, "the last period has no band 'score' to draw");
  picture_ = std::make_unique<MapSample>(header_.grid, static_cast<std::size_t>(score - rows.begin()));
}

void RunFolderSink::write_rows(const Period& period, std::span<const Band> rows) {
  if (!folder_) throw Error(ErrorCode::internal, "a period was written before the run folder was begun");
  if (rows.empty()) throw Error(ErrorCode::shape_mismatch, "a period needs at least one band with cells");
  std::vector<std::span<const float>> values;
  for (const Band& band : rows) {
    if (band.values.grid() != rows.front().values.grid())
      throw Error(ErrorCode::shape_mismatch,
                  fmt::format("band '{}' has another grid than band '{}'", band.name, rows.front().name));
    values.push_back(band.values.values());
  }
  if (!raster_) open_raster(period, rows);
  raster_->write_rows(rows.front().values.grid().first_row - header_.grid.first_row, values);
  if (picture_) picture_->take(rows[picture_->band()].values);
}

void RunFolderSink::write_areas(const Period& period, std::span<const AreaScore> areas) {
  if (!folder_ || !raster_) throw Error(ErrorCode::internal, "a period has areas and no raster");
  if (areas.size() != header_.areas.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("period {} has {} area scores for {} areas", period.label,
                                                       areas.size(), header_.areas.size()));
  raster_->finish();
  raster_.reset();
  periods_.push_back({period.label, {areas.begin(), areas.end()}});
}

void RunFolderSink::write_hotspots(const Period& period, const HotspotPeriod& hotspots) {
  if (!folder_) throw Error(ErrorCode::internal, "hotspots were written before the run folder was begun");
  hotspots_.push_back({period.label, hotspots.hotspots});
  std::vector<Hotspot>& all = hotspots_.back().hotspots;
  all.insert(all.end(), hotspots.ended.begin(), hotspots.ended.end());
  if (hotspots.bands.empty()) return;
  std::vector<BandText> texts;
  std::vector<std::span<const float>> values;
  for (const HotspotBand& band : hotspots.bands) {
    texts.push_back({band.name, band.description, ""});
    values.push_back(band.values.values());
  }
  const std::string name = fmt::format("hotspots_{}.tif", period.label);
  RasterWriter raster(folder_->path_of(name), hotspots.bands.front().values.grid(), std::move(texts),
                      RasterText{fmt::format("{}: hotspot statistic, {}", header_.scenario, period.label),
                                 header_.scenario, period.label, to_string(header_.as_of)},
                      RasterWriterOptions{RasterWriterOptions::Layout::cloud_optimized, {}});
  raster.write_rows(0, values);
  raster.finish();
  written_.push_back(name);
}

void RunFolderSink::write_alerts(std::span<const Alert> alerts) {
  if (!folder_) throw Error(ErrorCode::internal, "alerts were written before the run folder was begun");
  alerts_.emplace(alerts.begin(), alerts.end());
}

void RunFolderSink::write_alert_files() {
  const auto write = [&](const char* name, const std::string& text) {
    write_file(folder_->path_of(name), text);
    written_.emplace_back(name);
  };
  write("alerts.csv", alerts_csv(header_, *alerts_));
  write("alerts.json", alerts_json(header_, *alerts_));
  if (options_.cap) write("alerts.xml", alerts_cap(header_, *alerts_, *options_.cap));
  if (!options_.earlier) return;
  using enum ColumnType;
  const std::vector<AreaColumn> columns{{"news", text}, {"id", text}, {"level", text}, {"state", text}, {"was", text}};
  std::vector<std::vector<TableCell>> rows;
  for (const AlertNews& news : news_since(*options_.earlier, header_, *alerts_))
    rows.push_back({std::string(name(news.kind)), news.id, news.level, news.state, news.was});
  write("alerts_news.csv", table_csv(columns, rows));
}

/// Of each area the highest of those that stand at the end of the last period.
std::vector<MapAlert> RunFolderSink::alerts_on_map() const {
  std::vector<MapAlert> result;
  std::set<std::size_t> told;
  for (const Alert& alert : *alerts_)  // of a period the highest come first
    if (alert.period + 1 == header_.periods.size() && alert.stands() && told.insert(alert.area).second)
      result.push_back({alert.level, header_.areas.names[alert.area], alert.since});
  return result;
}

void RunFolderSink::write_picture() {
  MapText text;
  text.note = options_.note;
  const Period& period = header_.periods.back();
  const std::string name = fmt::format("risk_{}.png", period.label);
  if (!hotspots_.empty() &&
      std::none_of(hotspots_.back().hotspots.begin(), hotspots_.back().hotspots.end(),
                   [](const Hotspot& hotspot) { return hotspot.kind == "hot" && hotspot.places > 0; }))
    text.finding = "Hotspots were looked for; none stands out in this period.";
  if (alerts_) text.alerts = alerts_on_map();
  const std::span<const Hotspot> hotspots =
      hotspots_.empty() ? std::span<const Hotspot>{} : std::span<const Hotspot>(hotspots_.back().hotspots);
  write_file(folder_->path_of(name),
             map_png(header_, period, picture_->raster(), periods_.back().areas, hotspots, text));
  written_.push_back(name);
  picture_.reset();
}

std::vector<FileRecord> RunFolderSink::output_records() const {
  std::vector<FileRecord> records;
  for (const std::string& name : written_) records.push_back({"", name, sha256_of_file(folder_->path_of(name))});
  return records;
}

void RunFolderSink::finish(const AssessmentReport& report) {
  if (!folder_) throw Error(ErrorCode::internal, "the run folder was finished before it was begun");
  const auto place_of = [&](const std::string& name) {
    written_.push_back(name);
    return folder_->path_of(name);
  };
  if (picture_) write_picture();
  write_file(place_of("areas.csv"), areas_csv(header_, periods_));
  write_areas_xlsx(place_of("areas.xlsx"), header_, periods_);
  write_geopackage(place_of("areas.gpkg"), header_, periods_, hotspots_, alerts_ ? &*alerts_ : nullptr);
  if (alerts_) write_alert_files();
  // Names that records give may be of small places: for the owner's eyes, as the quarantine is.
  if (std::any_of(report.joins.begin(), report.joins.end(), [](const SourceJoin& join) { return !join.plain(); }))
    write_file(place_of("joins.csv"), joins_csv(report.joins), Readers::owner_only);
  if (report.duplicates) write_file(place_of("duplicates.csv"), duplicates_csv(*report.duplicates));
  write_file(place_of("quarantine.csv"), quarantine_csv(report.quarantined), Readers::owner_only);
  const RunRecord record{header_.scenario, to_string(header_.as_of), options_.options, inputs_, output_records()};
  write_file(folder_->path_of("run.json"), run_json(record, report));
  folder_->publish();
  folder_.reset();
}

}  // namespace tocsin::data
