#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <ogr_feature.h>
#include <ogr_spatialref.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/convert_geometry.hpp>
#include <tocsin/data/detail/layer.hpp>
#include <tocsin/data/detail/quarantined_record.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/detail/vector_reader.hpp>
#include <tocsin/data/detail/where.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/values/written_date.hpp>
#include <tocsin/data/vector_source.hpp>

namespace tocsin::data {
namespace {

std::string joined(const OGRFeature& feature) {
  std::string record;
  for (int i = 0; i < feature.GetFieldCount(); ++i) {
    if (i > 0) record += " | ";
    record += trim(field_text(feature, i));
  }
  return cut_record(std::move(record));
}

class VectorFeatureSource final : public FeatureSource {
 public:
  explicit VectorFeatureSource(SourceSpec spec) : spec_(std::move(spec)) {}

  FeatureBatch read(const std::string& crs_wkt, const std::string& where) override {
    VectorReader reader(spec_);
    FeatureBatch batch;
    batch.warnings = reader.warnings();
    OGRFeatureDefn& definition = reader.definition();
    std::vector<FeatureFilter> filters;
    for (const std::string& clause : {spec_.where, where})
      if (!clause.empty()) filters.emplace_back(definition, clause, spec_.name);
    const int from_field = spec_.from_field.empty() ? -1 : require_field(definition, spec_.from_field, spec_);
    const int to_field = spec_.to_field.empty() ? -1 : require_field(definition, spec_.to_field, spec_);
    const SrsHandle to = parse_srs(crs_wkt, "the grid's CRS");
    const Route route{reader.srs(), Transformer(reader.srs(), *to), same_crs(reader.srs(), *to)};
    const int name_field = spec_.name_field.empty() ? definition.GetFieldIndex("name")
                                                    : require_field(definition, spec_.name_field, spec_);
    const int value_field = spec_.value_field.empty() ? -1 : require_field(definition, spec_.value_field, spec_);
    for (VectorRow row; reader.next(row);) {
      ++batch.rows_read;
      const auto matches = [&](const FeatureFilter& filter) { return filter.matches(*row.feature); };
      if (!std::all_of(filters.begin(), filters.end(), matches)) {
        ++batch.outside_where;
        continue;
      }
      Feature feature;
      feature.record = batch.rows_read;
      if (name_field >= 0) feature.name = trim(field_text(*row.feature, name_field));
      std::optional<RowProblem> problem = row.problem;
      if (!problem) problem = read_days(*row.feature, from_field, to_field, feature);
      if (!problem && value_field >= 0) problem = read_value(*row.feature, value_field, feature);
      std::vector<Geometry> parts;
      if (!problem) problem = read_parts(*row.feature, route, parts);
      if (problem)
        batch.quarantined.push_back({spec_.name, row.row, problem->reason, problem->detail, joined(*row.feature)});
      for (Geometry& part : parts) {
        feature.geometry = std::move(part);
        batch.features.push_back(feature);
      }
    }
    require_usable(spec_, batch.rows_read, batch.quarantined);
    return batch;
  }

 private:
  static std::optional<RowProblem> read_days(const OGRFeature& from, int from_field, int to_field, Feature& feature) {
    const auto read_day = [&](int field, std::optional<DaySpan>& span) {
      const std::string text = field < 0 ? std::string() : field_text(from, field);
      if (trim(text).empty()) return true;
      // Dates whose order of day and month would have to be learnt from others are refused here.
      const auto date = read_written_date(text);
      if (!date || date->kind != WrittenDate::Kind::span) return false;
      span = date->span;
      return true;
    };
    std::optional<DaySpan> begins, ends;
    if (!read_day(from_field, begins) || !read_day(to_field, ends))
      return RowProblem{"date not readable",
                        "write the days between which it exists as 2021-08-31, or leave them empty"};
    if (begins) feature.from = begins->first;
    if (ends) feature.to = ends->last;
    if (begins && ends && *feature.to < *feature.from)
      return RowProblem{"dates reversed", "it ends before it begins; correct one of the dates"};
    return {};
  }

  /// From the source's CRS to the one that is wanted.
  struct Route {
    const OGRSpatialReference& from;
    Transformer transformer;
    bool stays = false;  ///< the two are the same
  };

  static std::optional<RowProblem> read_value(const OGRFeature& from, int field, Feature& feature) {
    const std::string text(trim(field_text(from, field)));
    const std::optional<double> value = text.empty() ? not_observed : parse_number(text);
    if (!value || std::isinf(*value))
      return RowProblem{"value not readable", fmt::format("'{}' is not a number; correct it, or leave it empty", text)};
    feature.value = *value;
    return {};
  }

  static std::optional<RowProblem> read_parts(const OGRFeature& feature, const Route& route,
                                              std::vector<Geometry>& parts) {
    const ErrorTrap trap;
    const OGRGeometry* own = feature.GetGeometryRef();
    if (own == nullptr || own->IsEmpty() != 0) return RowProblem{"coordinates missing", "the feature has no geometry"};
    GeometryHandle geometry = flattened(*own);
    if (OGR_GT_IsSurface(geometry->getGeometryType()) || wkbFlatten(geometry->getGeometryType()) == wkbMultiPolygon) {
      if (geometry->IsValid() == 0) {
        const GeometryHandle valid(geometry->MakeValid());
        geometry = valid ? polygons_of(*valid) : nullptr;
        if (!geometry)
          return RowProblem{"polygon invalid", "nothing is left of it when repaired; correct its geometry"};
      }
    }
    OGREnvelope box;
    geometry->getEnvelope(&box);
    if (is_geographic(route.from)) {
      for (const auto& [x, y] : {std::pair{box.MinX, box.MinY}, std::pair{box.MaxX, box.MaxY}})
        if (auto problem = check_coordinates(x, y, true); problem && problem->reason != "coordinates 0,0")
          return problem;
    }
    if (!route.stays) densify(*geometry, route.from);
    if (geometry->transform(&route.transformer.gdal()) != OGRERR_NONE) {
      if (wkbFlatten(geometry->getGeometryType()) != wkbPoint)
        return RowProblem{"coordinates out of range",
                          "it lies in part where the grid's CRS does not reach; cut it there"};
      parts = {Point(beyond_reach_m, beyond_reach_m)};
      return {};
    }
    parts = to_geometries(*geometry);
    if (parts.empty()) return RowProblem{"coordinates missing", "the feature has no point, line or polygon"};
    return {};
  }

  SourceSpec spec_;
};

}  // namespace

std::unique_ptr<FeatureSource> open_features(const SourceSpec& spec) {
  require_opens(spec);
  return std::make_unique<VectorFeatureSource>(spec);
}

LonLatBox lonlat_bounds(const SourceSpec& spec) {
  VectorReader reader(spec);
  const Transformer transformer(reader.srs(), *parse_srs("EPSG:4326", "WGS 84"));
  OGREnvelope all;
  const ErrorTrap trap;
  std::optional<FeatureFilter> filter;
  if (!spec.where.empty()) filter.emplace(reader.definition(), spec.where, spec.name);
  for (VectorRow row; reader.next(row);) {
    if (filter && !filter->matches(*row.feature)) continue;
    const OGRGeometry* geometry = row.feature->GetGeometryRef();
    if (geometry == nullptr || geometry->IsEmpty() != 0) continue;
    const GeometryHandle copy = flattened(*geometry);
    if (copy->transform(&transformer.gdal()) != OGRERR_NONE) continue;
    OGREnvelope box;
    copy->getEnvelope(&box);
    // A record without a place must not decide where the data lie.
    const bool is_sound = std::isfinite(box.MinX) && std::isfinite(box.MaxX) && box.MinX >= -360 && box.MaxX <= 360 &&
                          box.MinY >= -90 && box.MaxY <= 90;
    const bool is_nowhere = box.MinX == 0 && box.MaxX == 0 && box.MinY == 0 && box.MaxY == 0;
    if (is_sound && !is_nowhere) all.Merge(box);
  }
  if (all.IsInit() == 0)
    throw Error(ErrorCode::input,
                fmt::format("source '{}': '{}' has no geometry{}", spec.name, spec.path,
                            spec.where.empty() ? " to take an extent from" : that_satisfies(spec.where)));
  return {all.MinX, all.MinY, all.MaxX, all.MaxY};
}

}  // namespace tocsin::data
