#pragma once

#include <memory>
#include <string>
#include <vector>

#include <tocsin/data/detail/raw_table.hpp>
#include <tocsin/data/gdal.hpp>

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

/// The same over the rows of a table. Columns are typed by their values: integer, real or text; a number with a leading
/// zero is text, as codes are.
class TableFilter {
 public:
  /// @throws Error as FeatureFilter
  TableFilter(const RawTable& table, const std::string& clause, const std::string& source);
  [[nodiscard]] bool matches(std::size_t row) const;

 private:
  const RawTable& table_;
  FeatureDefinitionHandle definition_;  // destroyed after what refers to it
  FeatureHandle feature_;
  std::unique_ptr<FeatureFilter> filter_;
};

/// One byte a row: 1 where the clause holds; all 1 for an empty clause.
std::vector<std::uint8_t> matching_rows(const RawTable& table, const std::string& clause, const std::string& source);

/// " that satisfies the where clause "..."; look at the names and values in it", for a message that nothing is left;
/// empty for an empty clause.
std::string that_satisfies(const std::string& clause);

/// A feature definition with the table's columns, typed by their values. Columns without any value are text.
FeatureDefinitionHandle definition_of(const RawTable& table);

/// Sets a field of a feature with such a definition from the table's cell.
void set_field(OGRFeature& feature, int field, const RawTable& table, std::size_t row);

}  // namespace tocsin::data
