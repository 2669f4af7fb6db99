#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tocsin/data/formats/event_format.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/ports/source_spec.hpp>

namespace tocsin::data {

/// One record of a vector source.
struct VectorRow {
  std::int64_t row = 0;               ///< as a person counts it, the header is row 1
  FeatureHandle feature;              ///< attributes and geometry in the source's CRS; the geometry may be null
  std::optional<RowProblem> problem;  ///< coordinates that could not be used
};

/// Reads the records of any vector layer, or of a table with latitude and longitude (or WKT) columns, one after
/// another.
class VectorReader {
 public:
  /// @throws Error input, scenario: as open_vector and read_table; input when no CRS is known
  explicit VectorReader(const SourceSpec& spec);
  ~VectorReader();
  VectorReader(VectorReader&&) noexcept;

  [[nodiscard]] OGRFeatureDefn& definition() const;
  [[nodiscard]] const OGRSpatialReference& srs() const;
  [[nodiscard]] const std::vector<std::string>& warnings() const;
  /// False at the end. @throws Error input when the file is damaged
  bool next(VectorRow& row);

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

/// Index of a field; case does not matter.
/// @throws Error scenario that names the nearest field
int require_field(const OGRFeatureDefn& definition, const std::string& field, const SourceSpec& spec);

/// Splits the long edges of a geometry, so that they stay where they are once they are projected: its edges stray by
/// less than 5 cm.
/// @param own  the CRS that the geometry is in
void densify(OGRGeometry& geometry, const OGRSpatialReference& own);

}  // namespace tocsin::data
