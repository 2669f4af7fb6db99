#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/indicators/area_join.hpp>
#include <tocsin/indicators/parameters.hpp>
#include <tocsin/ports/source_spec.hpp>

namespace tocsin {

/// What a layer says: it measures risk; or who and how many are exposed; or who could have reported. Only risk enters
/// the score; exposure is shown beside it; reporting lowers the coverage of what is reported, never the score.
enum class Role { risk, exposure, reporting };

class MeasureContext;
class SourceLedger;
struct UnreachableDays;

enum class PortKind { events, areas, features, raster, table };

/// What a measure wants to have read for it.
struct SourceNeed {
  std::string source;  ///< name in [sources]
  PortKind kind = PortKind::events;
  std::string filter;                      ///< where clause, empty for all
  std::vector<std::string> number_fields;  ///< of events
  std::vector<std::string> text_fields;
};

/// Where nobody can go nobody reports: the pillars that a measure of access makes "not observed" in a cell from which
/// on its value reaches `from`.
struct AccessMask {
  std::vector<std::string> pillars;
  double from = 0.5;
};

/// One way to compute an indicator's value for every cell and period. Adding one: docs/adding-an-indicator.md.
class Measure {
 public:
  virtual ~Measure() = default;
  [[nodiscard]] virtual std::vector<SourceNeed> needs() const = 0;
  /// The unit of the values, "events/km2".
  [[nodiscard]] virtual std::string unit() const = 0;
  /// How far before the end of a period a record still counts; 0 = only inside the period.
  [[nodiscard]] virtual Duration lookback() const { return days(0); }
  /// How far outside the area of interest a record still counts.
  [[nodiscard]] virtual Length reach() const { return metres(0); }
  /// True when the values are the same in all periods.
  [[nodiscard]] virtual bool constant() const { return false; }
  /// True when the values come from reports that nobody makes where nobody can go.
  [[nodiscard]] virtual bool reported() const { return false; }
  /// True for measures that count events at places.
  [[nodiscard]] virtual bool counts_events() const { return false; }
  /// How much each event of the measure's source counts in the days up to a period's end, without fading: the part of
  /// it that lies in them. Empty unless counts_events().
  /// @param window  how many days; empty: the measure's own window, or its half-life, or the period
  [[nodiscard]] virtual std::vector<double> events_counted(const MeasureContext& /*context*/, const Period& /*period*/,
                                                           std::optional<Duration> /*window*/) const {
    return {};
  }
  /// What a value means in words, by area, for alerts; empty where the number says it. A text may be empty.
  [[nodiscard]] virtual std::vector<std::string> words(const MeasureContext& /*context*/,
                                                       const Period& /*period*/) const {
    return {};
  }
  /// True when the measure divides by the areas' population.
  [[nodiscard]] virtual bool needs_population() const { return false; }
  /// For measures of access only; null otherwise.
  [[nodiscard]] virtual const AccessMask* mask() const { return nullptr; }
  /// For measures of access only: over context.grid, the share of the period's days of which nothing is known yet.
  [[nodiscard]] virtual Raster<float> masked_share(const MeasureContext& context, const Period& period) const {
    return evaluate(context, period);
  }
  /// For measures of access only: the days on which nobody could reach an area, and of which nothing is known yet.
  [[nodiscard]] virtual std::vector<UnreachableDays> unreachable(const MeasureContext& /*context*/) const;
  /// For measures that join a table to areas: by which of its columns. Called once the tables are read; what comes of
  /// it is MeasureContext::table_join().
  /// @throws Error input: a column is missing
  [[nodiscard]] virtual std::optional<TableJoinRequest> table_join(const MeasureContext& /*context*/) const {
    return {};
  }
  /// Called once before the first evaluate: measures that read tables say here what became of each row.
  virtual void account(const MeasureContext& /*context*/, const Period& /*first*/, const Period& /*last*/,
                       SourceLedger& /*ledger*/) const {}
  /// Values over context.grid; NaN = not observed.
  [[nodiscard]] virtual Raster<float> evaluate(const MeasureContext& context, const Period& period) const = 0;
};

/// What a measure's maker is told besides the keys of its own table.
struct MeasureSetting {
  std::string source;  ///< the indicator's `source`
  std::string where;   ///< the indicator's `where`
  /// What the scenario says of the source: decides between events and features, or between a raster and areas.
  SourceSpec spec;
  std::string pillar;      ///< of the indicator
  Role role = Role::risk;  ///< of the indicator
};

/// True when a source is read as events (its format says so), false when as plain features.
bool holds_events(const SourceSpec& spec);
/// True when a source's file is a raster by its extension.
bool holds_raster(const SourceSpec& spec);

struct MeasureKind {
  std::string name;
  std::string summary;  ///< one line for `tocsin indicators --measures`
  std::unique_ptr<Measure> (*make)(Parameters& parameters, const MeasureSetting& setting);
};

/// All kinds, in the order of the documentation.
const std::vector<MeasureKind>& measure_kinds();

}  // namespace tocsin
