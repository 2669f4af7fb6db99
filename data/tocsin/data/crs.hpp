#pragma once

#include <span>
#include <string>

#include <tocsin/data/gdal.hpp>

namespace tocsin::data {

/// A box in degrees, WGS 84.
struct LonLatBox {
  double west = 0, south = 0, east = 0, north = 0;
};

/// A projected CRS in metres, as WKT for Grid::crs_wkt.
/// @param text  "EPSG:32635", WKT, a PROJ string; whatever GDAL understands without a file or the network
/// @throws Error scenario when it is not understood, is geographic, or is not in metres
std::string crs_wkt(const std::string& text);

/// As above; for "auto", an equal-area CRS (Lambert azimuthal, WGS 84) centred on the box. Its centre is rounded to a
/// hundredth of a degree, so that a slightly different box gives the same CRS.
/// @throws Error scenario as above; input when the box is empty or not in degrees
std::string crs_wkt(const std::string& text_or_auto, const LonLatBox& box);

/// A CRS from any text, x east and y north ("traditional GIS order") whatever the authority says.
/// @param what  named in the message, such as "source 'camps'"
/// @throws Error scenario
SrsHandle parse_srs(const std::string& text, const std::string& what);

/// A copy with x east and y north; null for null and for engineering ("no real place") systems.
SrsHandle usable_srs(const OGRSpatialReference* srs);

bool is_geographic(const OGRSpatialReference& srs);

/// True when coordinates mean the same in both, whatever the CRS are called.
bool same_crs(const OGRSpatialReference& a, const OGRSpatialReference& b);

/// Carries coordinates from one CRS to another, x east and y north on both sides. Use one a thread.
class Transformer {
 public:
  /// @throws Error input when there is no way between the two
  Transformer(const OGRSpatialReference& from, const OGRSpatialReference& to);
  Transformer(const std::string& from, const std::string& to);
  ~Transformer();
  Transformer(Transformer&&) noexcept;

  /// In place; NaN for both coordinates of a point that cannot be carried over.
  void transform(std::span<double> x, std::span<double> y) const;
  [[nodiscard]] OGRCoordinateTransformation& gdal() const { return *transformation_; }
  /// The same, for another thread.
  [[nodiscard]] Transformer clone() const;

 private:
  explicit Transformer(TransformationHandle transformation);
  TransformationHandle transformation_;
};

}  // namespace tocsin::data
