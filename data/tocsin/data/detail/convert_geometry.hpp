#pragma once

#include <vector>

#include <tocsin/data/gdal.hpp>
#include <tocsin/vector/geometry.hpp>

class OGRMultiPolygon;

namespace tocsin::data {

/// The polygons of a geometry, oriented and closed as Boost.Geometry wants them; lines and points are left out, rings
/// with no extent too.
MultiPolygon to_multi_polygon(const OGRGeometry& geometry);

/// Every part of a geometry: each point and line on its own, all polygons together.
std::vector<Geometry> to_geometries(const OGRGeometry& geometry);

/// In two dimensions and without curves, which are split into straight edges.
GeometryHandle flattened(const OGRGeometry& geometry);

/// Only the polygons, as one multipolygon; null when there is none.
GeometryHandle polygons_of(const OGRGeometry& geometry);

/// For GDAL to write.
OGRMultiPolygon to_ogr(const MultiPolygon& shape);

}  // namespace tocsin::data
