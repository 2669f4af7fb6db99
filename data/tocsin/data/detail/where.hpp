#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <tocsin/data/gdal.hpp>
#include <tocsin/data/table/raw_table.hpp>

namespace tocsin::data {

/// An OGR SQL where clause over features of one definition. It is parsed and evaluated by OGR's own engine and never
/// becomes part of another SQL text, so it can do nothing but compare fields. OGR's rules hold: texts are compared
/// without regard to case, an empty field is NULL and satisfies no comparison, and NOT of such a comparison is true.
class FeatureFilter {
 public:
  /// @param source  named in messages
  /// @throws Error scenario: the clause cannot be understood, or names a field that does not exist (names the nearest)
  FeatureFilter(OGRFeatureDefn& definition, const std::string& clause, const std::string& source);
  ~FeatureFilter();
  FeatureFilter(FeatureFilter&&) noexcept;
  [[nodiscard]] bool matches(OGRFeature& feature) const;
  /// Indices of the fields that the clause uses.
  [[nodiscard]] const std::vector<int>& fields() const { return fields_; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::vector<int> fields_;
};

/// The types of a table's columns, learnt from all its rows, block by block: integer, real or text; a number with a
/// leading zero is text, as codes are. A cell that says "n/a" is as good as empty beside numbers.
class ColumnTypes {
 public:
  /// Of all columns.
  explicit ColumnTypes(const RawTable& table);
  /// Of those that the clauses may use; the others are taken for text, unseen.
  ColumnTypes(const RawTable& table, std::span<const std::string> clauses);

  void observe(const RawTable& block);
  /// A feature definition with the table's columns. @param of_empty  the type of columns without any value
  enum class OfEmpty { text, number };
  [[nodiscard]] FeatureDefinitionHandle definition(OfEmpty of_empty = OfEmpty::text) const;
  /// True for a column that a clause may use and that holds dates written otherwise than 2021-08-31.
  [[nodiscard]] bool is_dated(std::size_t column) const { return is_dated_[column] != 0; }

 private:
  void look_for_dates(const RawTable& block, std::size_t column);
  enum class Kind : std::uint8_t { empty, integer, real, text };
  std::vector<std::string> names_;
  std::vector<Kind> kinds_;
  std::vector<std::uint8_t> is_used_, is_dated_;
};

/// A where clause over the rows of a table, read block by block. Rules as above.
class TableFilter {
 public:
  /// @param types  learnt from all rows of the table
  /// @throws Error as FeatureFilter; scenario: an order is asked of dates that are not written as 2021-08-31
  TableFilter(const ColumnTypes& types, const std::string& clause, const std::string& source);
  [[nodiscard]] bool matches(const RawTable& block, std::size_t row) const;

 private:
  void refuse_dates_as_text(const ColumnTypes& types, const std::string& clause, const std::string& source) const;

  FeatureDefinitionHandle definition_;  // destroyed after what refers to it
  FeatureHandle feature_;
  std::unique_ptr<FeatureFilter> filter_;
};

/// " that satisfies the where clause "..."; look at the names and values in it", for a message that nothing is left;
/// empty for an empty clause.
std::string that_satisfies(const std::string& clause);

/// Sets a field of a feature with such a definition from the table's cell.
void set_field(OGRFeature& feature, int field, const RawTable& table, std::size_t row);

}  // namespace tocsin::data
