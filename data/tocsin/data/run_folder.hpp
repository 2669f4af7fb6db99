#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <tocsin/data/alert_cap.hpp>
#include <tocsin/data/alert_table.hpp>
#include <tocsin/data/hotspot_table.hpp>
#include <tocsin/data/map_png.hpp>
#include <tocsin/data/map_sample.hpp>
#include <tocsin/data/raster_writer.hpp>
#include <tocsin/data/run_json.hpp>
#include <tocsin/data/staging_folder.hpp>
#include <tocsin/data/tables.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin::data {

/// A file that a source is read from.
struct InputFile {
  std::string name;  ///< of the source
  std::string path;
};

struct RunFolderOptions {
  std::string folder;
  Overwrite overwrite = Overwrite::no;
  std::vector<InputFile> inputs;                             ///< for run.json, with their SHA-256
  std::string note;                                          ///< shown prominently on the map; may be empty
  std::vector<std::pair<std::string, std::string>> options;  ///< for run.json, in this order
  std::optional<CapOptions> cap;                             ///< also write alerts.xml; empty: do not
  std::optional<EarlierAlerts> earlier;  ///< also write alerts_news.csv, what is new since; empty: do not
};

/// Writes the outputs of an assessment into a folder, which appears whole or not at all: risk_<period>.tif,
/// risk_<last period>.png, areas.csv, areas.gpkg, areas.xlsx, hotspots_<period>.tif (where asked for), alerts.csv,
/// alerts.json (where there are rules), alerts.xml, alerts_news.csv (where asked for), joins.csv (where a place
/// was not plainly matched) and quarantine.csv (both for the owner's eyes only) and run.json. The same results give the
/// same bytes in every file.
///
/// Rasters go to disk as their rows come; only the scores of the areas, and the map's picture, are kept in memory.
class RunFolderSink final : public ResultSink {
 public:
  explicit RunFolderSink(RunFolderOptions options);

  /// @throws Error as StagingFolder; input when an input file cannot be read
  void begin(const AssessmentHeader& header) override;
  /// @throws Error io, shape_mismatch
  void write_rows(const Period& period, std::span<const Band> rows) override;
  void write_areas(const Period& period, std::span<const AreaScore> areas) override;
  void write_hotspots(const Period& period, const HotspotPeriod& hotspots) override;
  void write_alerts(std::span<const Alert> alerts) override;
  /// @throws Error io
  void finish(const AssessmentReport& report) override;

 private:
  void open_raster(const Period& period, std::span<const Band> rows);
  void write_picture();
  void write_alert_files();
  [[nodiscard]] std::vector<MapAlert> alerts_on_map() const;
  [[nodiscard]] std::vector<FileRecord> output_records() const;

  RunFolderOptions options_;
  AssessmentHeader header_;
  std::vector<FileRecord> inputs_;
  std::vector<AreaPeriod> periods_;
  std::vector<HotspotsOfPeriod> hotspots_;
  std::optional<std::vector<Alert>> alerts_;
  std::vector<std::string> written_;  ///< names of the files so far
  std::unique_ptr<RasterWriter> raster_;
  std::unique_ptr<MapSample> picture_;  ///< of the last period
  std::unique_ptr<StagingFolder> folder_;
};

}  // namespace tocsin::data
