#include <set>

#include <boost/geometry/algorithms/centroid.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <fmt/format.h>
#include <ogr_feature.h>
#include <ogr_geometry.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/convert_geometry.hpp>
#include <tocsin/data/detail/layer.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/detail/vector_reader.hpp>
#include <tocsin/data/detail/where.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/vector_source.hpp>

namespace tocsin::data {
namespace {

bool is_point(const OGRFeature& feature) {
  const OGRGeometry* geometry = feature.GetGeometryRef();
  return geometry != nullptr && wkbFlatten(geometry->getGeometryType()) == wkbPoint;
}

Places places_of_areas(const SourceSpec& spec, const std::string& crs_wkt) {
  AreaBatch batch = open_areas(spec)->read(crs_wkt);
  Places places{std::move(batch.areas), {}, {}, false, std::move(batch.warnings)};
  for (const MultiPolygon& shape : places.areas.shapes) {
    Point centre(0, 0);
    boost::geometry::centroid(shape, centre);
    places.x.push_back(centre.x());
    places.y.push_back(centre.y());
  }
  return places;
}

/// A layer of points, row by row.
class PointPlaces {
 public:
  PointPlaces(const SourceSpec& spec, VectorReader& reader)
      : spec_(spec), reader_(reader), code_field_(field_of(spec.code_field)), name_field_(field_of(spec.name_field)) {}

  Places read(const std::string& crs_wkt) {
    Places places;
    places.are_points = true;
    places.warnings = reader_.warnings();
    std::optional<FeatureFilter> filter;
    if (!spec_.where.empty()) filter.emplace(reader_.definition(), spec_.where, spec_.name);
    for (VectorRow row; reader_.next(row);)
      if (!filter || filter->matches(*row.feature)) add(row, places);
    if (places.x.empty())
      throw Error(ErrorCode::input, fmt::format("source '{}': '{}' holds no place{}", spec_.name, spec_.path,
                                                that_satisfies(spec_.where)));
    places.areas.shapes.resize(places.x.size());
    Transformer(reader_.srs(), *parse_srs(crs_wkt, "the places' CRS")).transform(places.x, places.y);
    return places;
  }

 private:
  [[nodiscard]] int field_of(const std::string& name) const {
    return name.empty() ? -1 : require_field(reader_.definition(), name, spec_);
  }

  void add(const VectorRow& row, Places& places) {
    const auto refuse = [&](const std::string& what) {
      throw Error(ErrorCode::input, fmt::format("source '{}', row {}: {}", spec_.name, row.row, what));
    };
    if (row.problem) refuse(fmt::format("{}: {}", row.problem->reason, row.problem->detail));
    if (!is_point(*row.feature)) refuse("is no point; a layer of places holds points or polygons, not both");
    const OGRPoint& point = *row.feature->GetGeometryRef()->toPoint();
    if (point.IsEmpty() != 0) refuse("the place has no coordinates; fill them in");
    places.x.push_back(point.getX());
    places.y.push_back(point.getY());
    std::string code =
        code_field_ < 0 ? fmt::format("{}", places.x.size()) : std::string(trim(field_text(*row.feature, code_field_)));
    if (code.empty()) refuse(fmt::format("the place has no {}; fill it in", spec_.code_field));
    if (!codes_.insert(code).second)
      refuse(fmt::format("the code '{}' occurs more than once; codes must be unique", code));
    std::string name = name_field_ < 0 ? std::string() : std::string(trim(field_text(*row.feature, name_field_)));
    places.areas.names.push_back(name.empty() ? code : std::move(name));
    places.areas.codes.push_back(std::move(code));
    const OGRFeatureDefn& definition = reader_.definition();
    for (int i = 0; i < definition.GetFieldCount(); ++i) {
      const OGRFieldType type = definition.GetFieldDefn(i)->GetType();
      if (type != OFTInteger && type != OFTInteger64 && type != OFTReal) continue;
      places.areas.numbers[definition.GetFieldDefn(i)->GetNameRef()].push_back(
          row.feature->IsFieldSetAndNotNull(i) != 0 ? row.feature->GetFieldAsDouble(i) : not_observed);
    }
  }

  const SourceSpec& spec_;
  VectorReader& reader_;
  int code_field_, name_field_;
  std::set<std::string> codes_;
};

}  // namespace

Places read_places(const SourceSpec& spec, const std::string& crs_wkt) {
  require_opens(spec);
  VectorReader first(spec);
  VectorRow row;
  if (!first.next(row) || (!row.problem && !is_point(*row.feature))) return places_of_areas(spec, crs_wkt);
  VectorReader reader(spec);
  return PointPlaces(spec, reader).read(crs_wkt);
}

MultiPolygon union_of(const Areas& areas, std::span<const std::uint32_t> members) {
  const ErrorTrap trap;
  OGRMultiPolygon all;
  for (const std::uint32_t member : members) {
    const OGRMultiPolygon shape = to_ogr(areas.shapes[member]);
    for (const OGRPolygon* polygon : shape) all.addGeometry(polygon);
  }
  const GeometryHandle whole(all.UnionCascaded());
  if (!whole) throw Error(ErrorCode::internal, fmt::format("the areas cannot be joined{}", trap.note()));
  return to_multi_polygon(*whole);
}

}  // namespace tocsin::data
