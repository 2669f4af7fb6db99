#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/data/table/raw_table.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/ports/source_spec.hpp>
#include <tocsin/vector/events.hpp>

namespace tocsin::data {

/// Why a record cannot be used. `reason` is one of a fixed set of phrases, to group by; `detail` says what to do.
struct RowProblem {
  std::string reason;
  std::string detail;
};

/// One record of events, understood. Texts point into the block.
struct EventRecord {
  double x = not_observed, y = not_observed;  ///< longitude and latitude, or projected, as the table has them
  Day first_day, last_day, reported;
  bool has_reported = false;
  double weight = 1;
  double persons = not_observed;
  PlacePrecision precision;
  std::string_view id, category, actor, area_code, admin1, admin2, admin3;
};

/// A number of records, counted by several threads; only sums, so that their order does not matter.
using Count = std::atomic<std::int64_t>;

/// Understands the rows of one layout of events. It knows the columns from the header that it is made with; the rows
/// come in blocks, all of them twice: first to observe, to decide what can only be decided over a whole column, then to
/// parse. To add one: derive, and name it in make_event_format.
class EventFormat {
 public:
  virtual ~EventFormat() = default;
  /// Called with each block in order, before the first parse.
  virtual void observe(const RawTable& block) { static_cast<void>(block); }
  /// Called once between the last observe and the first parse.
  /// @throws Error input: something that only a whole column can tell cannot be told, such as the order of day and
  /// month
  virtual void decide() {}
  /// Fills `record` from a row of a block, or says why it cannot be used. May run on several threads at once; what it
  /// counts, it counts in Count.
  virtual std::optional<RowProblem> parse(const RawTable& block, std::size_t row, EventRecord& record) const = 0;
  /// The CRS of the coordinates of its records, as GDAL understands it.
  [[nodiscard]] virtual std::string crs() const = 0;
  /// True for tables that people fill in by hand, whose coordinates may be exchanged in single records.
  [[nodiscard]] virtual bool is_hand_made() const { return false; }
  /// What was noticed over all rows parsed, counted.
  [[nodiscard]] virtual std::vector<std::string> warnings() const { return {}; }
  /// The column that holds one of tocsin's own fields ("actor"), if any.
  [[nodiscard]] virtual std::optional<std::size_t> column_of(std::string_view field) const = 0;
};

/// What SourceSpec::format may say for events.
inline constexpr std::array event_formats{"incidents", "acled", "ucdp-ged", "table", "auto"};

/// The format that the spec names, or for "auto" the one that the columns fit (a warning then says which). May append
/// columns worked out from the others, for where clauses.
/// @throws Error scenario: unknown format or column mapping; input: a column that the format needs is missing
std::unique_ptr<EventFormat> make_event_format(RawTable& header, const SourceSpec& spec,
                                               std::vector<std::string>& notes);

/// Checks a pair of coordinates.
/// @param in_degrees  false for projected coordinates, which only have to be finite
std::optional<RowProblem> check_coordinates(double x, double y, bool in_degrees);

/// The column of that name.
/// @throws Error as throw_missing_column
std::size_t need_column(const RawTable& table, const SourceSpec& spec, const std::string& column);

/// @throws Error input that names the missing column, the source and the nearest existing column
[[noreturn]] void throw_missing_column(const RawTable& table, const SourceSpec& spec, const std::string& column);

}  // namespace tocsin::data
