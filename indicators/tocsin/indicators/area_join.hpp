#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/ports/join_result.hpp>
#include <tocsin/ports/source_spec.hpp>
#include <tocsin/ports/sources.hpp>
#include <tocsin/vector/areas.hpp>
#include <tocsin/vector/unit_names.hpp>

namespace tocsin {

/// What a unit of an edition and a reporting unit have in common.
struct AreaPart {
  std::size_t area = 0;    ///< index of the reporting unit
  double of_unit = 1;      ///< the share of the unit that lies in the area: a count is shared by it
  double of_area = 1;      ///< the share of the area that lies in the unit: a rate is weighed by it
  bool by_people = false;  ///< of_unit is a share of people rather than of ground
};

/// The areas as they were between two days, both included; an empty end is open.
struct AreaEdition {
  std::string id;  ///< empty where there is only one
  Areas areas;
  std::optional<Day> from, to;
  std::vector<std::vector<AreaPart>> parts;  ///< by unit; empty for one that lies outside the reporting units

  [[nodiscard]] bool valid_on(Day day) const { return (!from || *from <= day) && (!to || day <= *to); }
};

/// A unit of an edition; unit -1: none, -2: several have the name.
struct UnitOfEdition {
  static constexpr std::int64_t none = -1, several = -2;
  std::size_t edition = 0;
  std::int64_t unit = -1;
  friend auto operator<=>(const UnitOfEdition&, const UnitOfEdition&) = default;
};

/// Which columns of a table say where and when, and what may stand twice.
struct TableJoinRequest {
  enum class Rows {
    series,     ///< one row an area and date: a second one is doubled; an area without a row is absent
    movements,  ///< many rows an area and date: doubled is only what is the same in every cell
    list        ///< of days that may overlap: nothing is doubled, and an area without a row is no gap
  };
  std::string source;
  std::size_t key = 0;  ///< column with codes or names
  std::optional<std::size_t> date, number, reported;
  Rows rows = Rows::series;
  friend auto operator<=>(const TableJoinRequest&, const TableJoinRequest&) = default;
};

/// The rows of a table, joined to areas.
class TableJoin {
 public:
  /// Where a row's number goes; empty for a row that no area answers, and for one that was left out (as_of, `first`).
  [[nodiscard]] std::span<const AreaPart> parts(std::size_t row) const { return parts_[row]; }
  /// The row's unit, also where none of it lies in the areas at hand.
  [[nodiscard]] const UnitOfEdition& unit(std::size_t row) const { return units_[row]; }
  /// What the row's number counts: 1, or less where the mean of several is asked for.
  [[nodiscard]] double weight(std::size_t row) const { return weights_[row]; }
  /// True for one of several rows of a unit and date of which nobody said what to do with them: that the unit was not
  /// observed then is all that they tell.
  [[nodiscard]] bool doubled(std::size_t row) const { return repeats_[row] == Repeat::lost; }
  /// Why a row is not used: "no such area", "area" (it lies outside those at hand), "doubled"; empty: it is used.
  [[nodiscard]] std::string outside(std::size_t row) const;

 private:
  friend class TableJoiner;
  std::vector<UnitOfEdition> units_;
  std::vector<std::span<const AreaPart>> parts_;
  std::vector<double> weights_;
  enum class Repeat : std::uint8_t { none, lost, left_out };
  std::vector<Repeat> repeats_;
};

/// Joins tables to areas by code or name.
///
/// A row belongs to the edition that was valid on its date; where that one does not know its key, to the first edition
/// (the reporting units), then to the others in their order. Its key is a code, an alias or a name (UnitNames). A name
/// that several units of an edition have ends the search: an older edition knows no better which was meant.
class TableJoiner {
 public:
  /// Keeps a reference to the editions, whose parts must be settled.
  /// @param only  the one edition by which all keys go, whatever their date; empty: as above
  TableJoiner(std::span<const AreaEdition> editions, const UnitAliases& aliases, std::optional<std::size_t> only = {});

  /// @param report  gets a key for all that was met, in order of kind and key
  [[nodiscard]] TableJoin join(const Table& table, const TableJoinRequest& request, DoubledRows rule, Day as_of,
                               SourceJoin& report) const;
  /// The units of an area layer, by code. Its names suggest what was meant where codes differ.
  [[nodiscard]] std::vector<UnitOfEdition> join(const Areas& layer, SourceJoin& report) const;

 private:
  struct Rows;

  [[nodiscard]] const std::string& code_of(std::size_t area) const;
  [[nodiscard]] std::vector<std::int64_t> units_of(const std::string& written) const;
  [[nodiscard]] UnitOfEdition unit_on(std::span<const std::int64_t> units, std::optional<Day> day) const;
  void settle_doubled(const Rows& rows, DoubledRows rule, TableJoin& join, SourceJoin& report) const;
  void settle_overlaps(const Rows& rows, TableJoin& join, SourceJoin& report) const;
  void tell_absent(std::span<const UnitOfEdition> units, SourceJoin& report) const;
  [[nodiscard]] JoinedKey told(const std::string& written, const UnitOfEdition& unit, std::int64_t rows) const;

  std::span<const AreaEdition> editions_;
  std::vector<UnitNames> names_;  ///< by edition
  std::optional<std::size_t> only_;
};

/// Adds up what the rows of a table say of areas on dates, over boundaries that changed.
///
/// A count is shared over the areas by AreaPart::of_unit; a rate is the mean weighed by of_area. An area of which a
/// part has no row on a date on which another part has one was not observed then (of rates: a part of more than half);
/// nor was one whose unit is doubled. What was not observed on one of the dates added up is not known.
class CarriedSums {
 public:
  CarriedSums(const TableJoin& join, Carry carry) : join_(join), carry_(carry) {}
  void add(std::size_t row, Day day, double number);
  /// Sums by area over the days; NaN: no row, or not all observed.
  [[nodiscard]] std::vector<double> sums(std::size_t areas) const;

 private:
  struct Part {
    double sum = 0, covered = 0;
    bool lost = false;
    std::vector<UnitOfEdition> units;
  };
  const TableJoin& join_;
  Carry carry_;
  std::map<std::pair<std::size_t, Day>, Part> parts_;
};

/// Days, both included, of an area.
struct AreaDays {
  std::size_t area = 0;
  Day first, last;
};
/// The days on which something held in at least half of an area, from the days on which it held in units.
class AreaSpans {
 public:
  void add(std::span<const AreaPart> parts, const UnitOfEdition& unit, Day first, Day last);
  /// Spans of half an area or more as they were added, then those that only several units together make up.
  [[nodiscard]] std::vector<AreaDays> most() const;

 private:
  struct Span {
    AreaDays days;
    UnitOfEdition unit;
    double of_area = 0;
  };
  std::vector<Span> spans_;
};

}  // namespace tocsin
