#include <boost/geometry/algorithms/correct.hpp>
#include <ogr_geometry.h>

#include <tocsin/data/detail/convert_geometry.hpp>

namespace tocsin::data {
namespace {

template <typename Line>
void append_vertices(const OGRSimpleCurve& from, Line& to) {
  to.reserve(static_cast<std::size_t>(from.getNumPoints()));
  for (int i = 0; i < from.getNumPoints(); ++i) to.emplace_back(from.getX(i), from.getY(i));
}

void append_polygon(const OGRPolygon& from, MultiPolygon& to) {
  const OGRLinearRing* outer = from.getExteriorRing();
  if (outer == nullptr || outer->getNumPoints() < 4) return;
  Polygon polygon;
  append_vertices(*outer, polygon.outer());
  for (int i = 0; i < from.getNumInteriorRings(); ++i) {
    if (from.getInteriorRing(i)->getNumPoints() < 4) continue;
    polygon.inners().emplace_back();
    append_vertices(*from.getInteriorRing(i), polygon.inners().back());
  }
  boost::geometry::correct(polygon);
  to.push_back(std::move(polygon));
}

/// Sorts the simple parts of a geometry of any depth.
struct Parts {
  std::vector<const OGRPolygon*> polygons;
  std::vector<const OGRSimpleCurve*> lines;
  std::vector<const OGRPoint*> points;

  void add(const OGRGeometry& geometry) {
    if (geometry.IsEmpty() != 0) return;
    const OGRwkbGeometryType type = wkbFlatten(geometry.getGeometryType());
    if (type == wkbPoint) {
      points.push_back(geometry.toPoint());
    } else if (type == wkbLineString || type == wkbLinearRing) {
      lines.push_back(geometry.toSimpleCurve());
    } else if (OGR_GT_IsSubClassOf(type, wkbPolygon) != 0) {
      polygons.push_back(geometry.toPolygon());
    } else if (OGR_GT_IsSubClassOf(type, wkbPolyhedralSurface) != 0) {
      for (const auto* part : *geometry.toPolyhedralSurface()) add(*part);
    } else if (OGR_GT_IsSubClassOf(type, wkbGeometryCollection) != 0) {
      for (const auto* part : *geometry.toGeometryCollection()) add(*part);
    }
  }
};

Parts parts_of(const OGRGeometry& geometry) {
  Parts parts;
  parts.add(geometry);
  return parts;
}

template <typename Ring>
OGRLinearRing to_ring(const Ring& ring) {
  OGRLinearRing result;
  result.setNumPoints(static_cast<int>(ring.size()));
  for (std::size_t i = 0; i < ring.size(); ++i) result.setPoint(static_cast<int>(i), ring[i].x(), ring[i].y());
  return result;
}

}  // namespace

MultiPolygon to_multi_polygon(const OGRGeometry& geometry) {
  MultiPolygon result;
  for (const OGRPolygon* polygon : parts_of(geometry).polygons) append_polygon(*polygon, result);
  return result;
}

std::vector<Geometry> to_geometries(const OGRGeometry& geometry) {
  const Parts parts = parts_of(geometry);
  std::vector<Geometry> result;
  for (const OGRPoint* point : parts.points) result.emplace_back(Point(point->getX(), point->getY()));
  for (const OGRSimpleCurve* line : parts.lines) {
    LineString vertices;
    append_vertices(*line, vertices);
    result.emplace_back(std::move(vertices));
  }
  MultiPolygon polygons;
  for (const OGRPolygon* polygon : parts.polygons) append_polygon(*polygon, polygons);
  if (!polygons.empty()) result.emplace_back(std::move(polygons));
  return result;
}

GeometryHandle flattened(const OGRGeometry& geometry) {
  GeometryHandle result(geometry.hasCurveGeometry() != 0 ? geometry.getLinearGeometry() : geometry.clone());
  result->flattenTo2D();
  return result;
}

GeometryHandle polygons_of(const OGRGeometry& geometry) {
  auto collected = std::make_unique<OGRMultiPolygon>();
  for (const OGRPolygon* polygon : parts_of(geometry).polygons) collected->addGeometry(polygon);
  return collected->IsEmpty() != 0 ? nullptr : GeometryHandle(collected.release());
}

OGRMultiPolygon to_ogr(const MultiPolygon& shape) {
  OGRMultiPolygon result;
  for (const Polygon& polygon : shape) {
    OGRPolygon part;
    OGRLinearRing outer = to_ring(polygon.outer());
    part.addRing(&outer);
    for (const auto& hole : polygon.inners()) {
      OGRLinearRing inner = to_ring(hole);
      part.addRing(&inner);
    }
    result.addGeometry(&part);
  }
  return result;
}

}  // namespace tocsin::data
