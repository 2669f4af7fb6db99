#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/ports/alert_result.hpp>
#include <tocsin/ports/hotspot_result.hpp>
#include <tocsin/ports/join_result.hpp>
#include <tocsin/ports/sources.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin {

/// What is the same for all periods of an assessment.
struct AssessmentHeader {
  std::string scenario;
  Day as_of;
  Grid grid;  ///< its cells outside the area of interest are NaN in every band
  Areas areas;
  std::vector<Period> periods;
  std::vector<std::string> pillars;           ///< ids, in the order of the bands
  std::vector<std::string> alert_rules = {};  ///< names, in the order of the scenario; empty where there are none
};

/// One band of a period's raster.
struct Band {
  std::string name;  ///< "score", "coverage", "conflict", ...
  std::string description;
  std::string unit;  ///< empty where the value has none
  Raster<float> values;
};

/// What one area scored in one period. NaN = not observed.
struct AreaScore {
  double score = not_observed;        ///< 0 to 100, more is worse
  double coverage = not_observed;     ///< share of the index's weight that was observed, 0 to 1
  int rank = 0;                       ///< 1 = highest score of the period; 0 = not observed
  double change = not_observed;       ///< score minus the score of the period before
  std::vector<double> pillars;        ///< 0 to 100, in the order of the header
  std::vector<double> contributions;  ///< by indicator, adds up to the score; in the order of AssessmentHeader
  std::string top_indicators;         ///< "crsv-density 23.4; clash-density 11.0": the largest contributions
};

struct PeriodResult {
  Period period;
  std::vector<Band> bands;
  std::vector<AreaScore> areas;
  std::optional<HotspotPeriod> hotspots;  ///< empty where none were looked for
};

/// read = used + outside (all reasons) + quarantined, for every source.
struct RowAccount {
  std::int64_t read = 0;
  std::int64_t used = 0;
  /// By reason: "area", "time", "where", "not yet reported", "unplaced"; of tables also "no such area", "doubled".
  std::map<std::string, std::int64_t> outside;
  std::int64_t quarantined = 0;
};

/// How much of a source's weight went where.
struct PlacementAccount {
  double points = 0;    ///< weight placed on points
  double spread = 0;    ///< weight spread over discs and administrative units, inside the grid
  double excluded = 0;  ///< weight left out of maps: country only, or by `placement = "exclude"`
  double outside = 0;   ///< weight that fell outside the grid
};

/// Two records of different sources that may tell of one event. Rows are as a person counts them.
struct DuplicateRecords {
  std::string first_source, second_source;
  std::int64_t first_row = 0, second_row = 0;
  double score = 0;        ///< 0 to 1, see find_duplicates
  double distance_km = 0;  ///< NaN where a record has no coordinates
  int days_apart = 0;
  bool same_unit = false;    ///< they agree on the unit, not on coordinates
  bool second_gone = false;  ///< the second record was left out: the first tells the event
};

struct AssessmentReport {
  std::map<std::string, RowAccount> rows;
  std::map<std::string, PlacementAccount> placement;
  std::vector<QuarantinedRow> quarantined;
  std::vector<std::string> warnings;
  std::optional<std::vector<DuplicateRecords>> duplicates;  ///< empty: none were looked for
  std::vector<SourceJoin> joins;  ///< of every source that was joined to areas by codes or names, in order of source
};

/// Takes the results of an assessment. Nothing becomes visible before finish(); a sink that is destroyed without it
/// leaves no trace.
class ResultSink {
 public:
  /// Rows come in bands that begin at a multiple of so many, and hold a multiple of them unless they are the last.
  static constexpr std::int64_t row_step = 256;

  virtual ~ResultSink() = default;
  virtual void begin(const AssessmentHeader& header) = 0;
  /// Some rows of a period's raster, from north to south, one period after the other; a raster that fits into memory
  /// comes whole. The same bands in every call.
  /// @param rows  at least one band, all on the same Grid::rows of the header's grid
  virtual void write_rows(const Period& period, std::span<const Band> rows) = 0;
  /// Ends the period, in time order.
  virtual void write_areas(const Period& period, std::span<const AreaScore> areas) = 0;
  /// After the period's areas, where the scenario looks for hotspots.
  virtual void write_hotspots(const Period& /*period*/, const HotspotPeriod& /*hotspots*/) {}
  /// Once, after the last period, where the scenario has alert rules: in order of the periods.
  virtual void write_alerts(std::span<const Alert> /*alerts*/) {}
  virtual void finish(const AssessmentReport& report) = 0;

  /// A whole period at once.
  void write(const PeriodResult& result) {
    write_rows(result.period, result.bands);
    write_areas(result.period, result.areas);
    if (result.hotspots) write_hotspots(result.period, *result.hotspots);
  }
};

/// Keeps everything in memory.
class MemoryResultSink final : public ResultSink {
 public:
  void begin(const AssessmentHeader& header) override { header_ = header; }
  void write_rows(const Period& period, std::span<const Band> rows) override;
  void write_areas(const Period& period, std::span<const AreaScore> areas) override;
  void write_hotspots(const Period& /*period*/, const HotspotPeriod& hotspots) override {
    periods_.back().hotspots = hotspots;
  }
  void write_alerts(std::span<const Alert> alerts) override { alerts_.assign(alerts.begin(), alerts.end()); }
  void finish(const AssessmentReport& report) override {
    report_ = report;
    finished_ = true;
  }

  [[nodiscard]] const AssessmentHeader& header() const { return header_; }
  [[nodiscard]] const std::vector<PeriodResult>& periods() const { return periods_; }
  [[nodiscard]] const std::vector<Alert>& alerts() const { return alerts_; }
  [[nodiscard]] const AssessmentReport& report() const { return report_; }
  [[nodiscard]] bool finished() const { return finished_; }

 private:
  AssessmentHeader header_;
  std::vector<PeriodResult> periods_;
  std::vector<Alert> alerts_;
  bool open_ = false;  ///< rows of the last period came, its areas did not yet
  AssessmentReport report_;
  bool finished_ = false;
};

}  // namespace tocsin
