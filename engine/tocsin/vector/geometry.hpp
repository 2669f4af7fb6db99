#pragma once

#include <variant>
#include <vector>

#include <boost/geometry/geometries/linestring.hpp>
#include <boost/geometry/geometries/multi_polygon.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>

#include <tocsin/grid/grid.hpp>

namespace tocsin {

/// Planar geometry in the grid's CRS, metres. Polygons are clockwise and closed, holes counter-clockwise, as
/// Boost.Geometry has them.
using Point = boost::geometry::model::d2::point_xy<double>;
using LineString = boost::geometry::model::linestring<Point>;
using Polygon = boost::geometry::model::polygon<Point>;
using MultiPolygon = boost::geometry::model::multi_polygon<Polygon>;
using Geometry = std::variant<Point, LineString, MultiPolygon>;

/// The bounding box of a geometry; reversed infinite bounds for an empty one.
Box bounds_of(const MultiPolygon& geometry);
Box bounds_of(const Geometry& geometry);

}  // namespace tocsin
