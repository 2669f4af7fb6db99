#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ogr_feature.h>
#include <ogr_spatialref.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/convert_geometry.hpp>
#include <tocsin/data/detail/layer.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/detail/vector_reader.hpp>
#include <tocsin/data/detail/where.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/vector_source.hpp>

namespace tocsin::data {
namespace {

/// A larger share of the smaller of two areas than this is an overlap; less is how boundaries were drawn.
constexpr double most_overlap = 0.001;

/// One area as read, in the source's CRS.
struct RawArea {
  std::string code, name;
  GeometryHandle shape;
  std::vector<double> numbers;
};

std::string label(const RawArea& area) {
  return area.name == area.code ? fmt::format("'{}'", area.code) : fmt::format("'{}' ({})", area.name, area.code);
}

/// Numeric attributes of the layer, by name.
std::map<std::string, int> numeric_fields(const OGRFeatureDefn& definition) {
  std::map<std::string, int> fields;
  for (int i = 0; i < definition.GetFieldCount(); ++i) {
    const OGRFieldType type = definition.GetFieldDefn(i)->GetType();
    if (type == OFTInteger || type == OFTInteger64 || type == OFTReal)
      fields[definition.GetFieldDefn(i)->GetNameRef()] = i;
  }
  return fields;
}

class VectorAreaSource final : public AreaSource {
 public:
  explicit VectorAreaSource(SourceSpec spec) : spec_(std::move(spec)) {}

  AreaBatch read(const std::string& crs_wkt) override {
    VectorReader reader(spec_);
    AreaBatch batch;
    batch.warnings = reader.warnings();
    std::vector<RawArea> raw = read_raw(reader, batch.warnings);
    if (raw.empty())
      throw Error(ErrorCode::input, fmt::format("{} holds no area{}", where_it_is(), that_satisfies(spec_.where)));
    refuse_repeated_codes(raw);
    if (!spec_.overlaps_allowed) refuse_overlaps(raw);
    project(raw, reader.srs(), crs_wkt);
    std::size_t field = 0;
    for (const auto& [name, index] : numeric_fields(reader.definition())) {
      auto& column = batch.areas.numbers[name];
      for (const RawArea& area : raw) column.push_back(area.numbers[field]);
      ++field;
    }
    for (RawArea& area : raw) {
      batch.areas.shapes.push_back(to_multi_polygon(*area.shape));
      batch.areas.codes.push_back(std::move(area.code));
      batch.areas.names.push_back(std::move(area.name));
    }
    return batch;
  }

 private:
  [[nodiscard]] std::string where_it_is() const { return fmt::format("source '{}': '{}'", spec_.name, spec_.path); }

  std::vector<RawArea> read_raw(VectorReader& reader, std::vector<std::string>& warnings) const {
    OGRFeatureDefn& definition = reader.definition();
    const int code_field = spec_.code_field.empty() ? -1 : require_field(definition, spec_.code_field, spec_);
    const int name_field = spec_.name_field.empty() ? -1 : require_field(definition, spec_.name_field, spec_);
    const auto numbers = numeric_fields(definition);
    std::optional<FeatureFilter> filter;
    if (!spec_.where.empty()) filter.emplace(definition, spec_.where, spec_.name);
    std::vector<RawArea> areas;
    for (VectorRow row; reader.next(row);) {
      if (filter && !filter->matches(*row.feature)) continue;
      if (row.problem)
        throw Error(ErrorCode::input, fmt::format("{}, row {}: {}: {}", where_it_is(), row.row, row.problem->reason,
                                                  row.problem->detail));
      RawArea area;
      area.code = code_field < 0 ? fmt::format("{}", areas.size() + 1)
                                 : std::string(trim(field_text(*row.feature, code_field)));
      if (area.code.empty())
        throw Error(ErrorCode::input, fmt::format("{}, row {}: the area has no {}; fill it in", where_it_is(), row.row,
                                                  spec_.code_field));
      area.name = name_field < 0 ? std::string() : std::string(trim(field_text(*row.feature, name_field)));
      if (area.name.empty()) area.name = area.code;
      for (const auto& [name, field] : numbers)
        area.numbers.push_back(row.feature->IsFieldSetAndNotNull(field) != 0 ? row.feature->GetFieldAsDouble(field)
                                                                             : not_observed);
      const OGRGeometry* geometry = row.feature->GetGeometryRef();
      area.shape = geometry == nullptr ? nullptr : polygons_of(*flattened(*geometry));
      if (!area.shape)
        throw Error(ErrorCode::input,
                    fmt::format("{}: the area {} has no polygon; correct its geometry", where_it_is(), label(area)));
      areas.push_back(std::move(area));
    }
    const std::vector<std::string> repaired = repair(areas);
    if (!repaired.empty())
      warnings.push_back(
          fmt::format("{}: repaired the invalid polygons of {}", where_it_is(), fmt::join(repaired, ", ")));
    return areas;
  }

  /// Makes invalid polygons valid, and names them.
  [[nodiscard]] std::vector<std::string> repair(std::vector<RawArea>& areas) const {
    enum class Shape { sound, repaired, lost };
    std::vector<Shape> found(areas.size(), Shape::sound);
    std::vector<std::string> notes(areas.size());
    parallel_for(areas.size(), [&](std::size_t i) {
      const ErrorTrap trap;
      if (areas[i].shape->IsValid() != 0) return;
      const GeometryHandle valid(areas[i].shape->MakeValid());
      areas[i].shape = valid ? polygons_of(*valid) : nullptr;
      found[i] = areas[i].shape ? Shape::repaired : Shape::lost;
      notes[i] = trap.note();
    });
    std::vector<std::string> repaired;
    for (std::size_t i = 0; i < areas.size(); ++i) {
      if (found[i] == Shape::lost)
        throw Error(ErrorCode::input,
                    fmt::format("{}: the polygon of {} is invalid and nothing is left of it when repaired; "
                                "correct its geometry{}",
                                where_it_is(), label(areas[i]), notes[i]));
      if (found[i] == Shape::repaired) repaired.push_back(label(areas[i]));
    }
    return repaired;
  }

  void refuse_repeated_codes(const std::vector<RawArea>& areas) const {
    std::map<std::string_view, int> seen;
    for (const RawArea& area : areas)
      if (++seen[area.code] > 1)
        throw Error(ErrorCode::input, fmt::format("{}: the code '{}' occurs more than once in {}; codes must be unique",
                                                  where_it_is(), area.code, spec_.code_field));
  }

  /// Compared in the source's own CRS, where neighbours share their vertices exactly.
  void refuse_overlaps(const std::vector<RawArea>& areas) const {
    std::vector<OGREnvelope> boxes(areas.size());
    std::vector<double> sizes(areas.size());
    for (std::size_t i = 0; i < areas.size(); ++i) {
      areas[i].shape->getEnvelope(&boxes[i]);
      sizes[i] = areas[i].shape->toMultiPolygon()->get_Area();
    }
    std::vector<std::int64_t> overlaps(areas.size(), -1);
    parallel_for(areas.size(), [&](std::size_t i) {
      const ErrorTrap trap;
      for (std::size_t j = i + 1; j < areas.size() && overlaps[i] < 0; ++j) {
        OGREnvelope common = boxes[i];
        common.Intersect(boxes[j]);
        const double most = most_overlap * std::min(sizes[i], sizes[j]);
        const bool may = common.IsInit() != 0 && (common.MaxX - common.MinX) * (common.MaxY - common.MinY) > most;
        if (!may) continue;
        const GeometryHandle shared(areas[i].shape->Intersection(areas[j].shape.get()));
        const GeometryHandle polygons = shared ? polygons_of(*shared) : nullptr;
        if (polygons && polygons->toMultiPolygon()->get_Area() > most) overlaps[i] = static_cast<std::int64_t>(j);
      }
    });
    for (std::size_t i = 0; i < areas.size(); ++i)
      if (overlaps[i] >= 0)
        throw Error(ErrorCode::input,
                    fmt::format("{}: the areas {} and {} overlap; each place must belong to one area", where_it_is(),
                                label(areas[i]), label(areas[static_cast<std::size_t>(overlaps[i])])));
  }

  void project(std::vector<RawArea>& areas, const OGRSpatialReference& from, const std::string& crs_wkt) const {
    const SrsHandle to = parse_srs(crs_wkt, "the grid's CRS");
    if (same_crs(from, *to)) return;
    const ErrorTrap trap;
    const Transformer transformer(from, *to);
    for (RawArea& area : areas) {
      densify(*area.shape, from);
      if (area.shape->transform(&transformer.gdal()) != OGRERR_NONE)
        throw Error(ErrorCode::input,
                    fmt::format("{}: the area {} cannot be projected into the grid's CRS; correct the CRS of "
                                "either",
                                where_it_is(), label(area)));
    }
  }

  SourceSpec spec_;
};

}  // namespace

std::unique_ptr<AreaSource> open_areas(const SourceSpec& spec) {
  require_opens(spec);
  return std::make_unique<VectorAreaSource>(spec);
}

}  // namespace tocsin::data
