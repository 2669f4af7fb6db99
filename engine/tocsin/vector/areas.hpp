#pragma once

#include <map>
#include <string>
#include <vector>

#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// Named areas (reporting units, administrative units): parallel columns, one entry an area.
struct Areas {
  std::vector<MultiPolygon> shapes;
  std::vector<std::string> codes;  ///< p-codes or other keys, unique; as text
  std::vector<std::string> names;
  std::map<std::string, std::vector<double>> numbers;  ///< numeric attributes by field name; NaN = not observed

  [[nodiscard]] std::size_t size() const { return shapes.size(); }
  [[nodiscard]] Box bounds() const;
};

/// The point that stands for each area where distances are measured: the centroid of its surface, all parts together
/// and without the holes, in metres. It may lie outside the area. Rings may turn either way.
/// An area without a surface gets the mean of its corners; one without a shape NaN: nowhere.
std::vector<Point> centroids(const Areas& areas);

}  // namespace tocsin
