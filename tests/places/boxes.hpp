#pragma once

#include <tocsin/vector/areas.hpp>

namespace tocsin::test {

/// A rectangle from its south-west to its north-east corner, kilometres.
inline MultiPolygon box_km(double west, double south, double east, double north) {
  const double a = west * 1000, b = south * 1000, c = east * 1000, d = north * 1000;
  return {Polygon{{{a, b}, {a, d}, {c, d}, {c, b}, {a, b}}}};
}

struct NamedBox {
  std::string code, name;
  MultiPolygon shape;
};

inline Areas areas_of(const std::vector<NamedBox>& boxes) {
  Areas areas;
  for (const NamedBox& box : boxes) {
    areas.codes.push_back(box.code);
    areas.names.push_back(box.name);
    areas.shapes.push_back(box.shape);
  }
  return areas;
}

}  // namespace tocsin::test
