#include <cmath>

#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/layer.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/detail/vector_reader.hpp>
#include <tocsin/data/detail/where.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/formats/record_place.hpp>
#include <tocsin/data/network.hpp>
#include <tocsin/data/recognise/field_names.hpp>
#include <tocsin/data/table/sheet_reader.hpp>
#include <tocsin/data/table/table_reader.hpp>

namespace tocsin::data {

/// Where records come from.
struct VectorReader::Impl {
  SrsHandle srs;
  std::vector<std::string> warnings;
  virtual ~Impl() = default;
  virtual OGRFeatureDefn& definition() = 0;
  virtual bool next(VectorRow& row) = 0;
};

namespace {

SrsHandle srs_for(const SourceSpec& spec, const OGRSpatialReference* own) {
  if (!spec.crs.empty()) return parse_srs(spec.crs, fmt::format("source '{}'", spec.name));
  SrsHandle srs = usable_srs(own);
  if (!srs)
    throw Error(
        ErrorCode::input,
        fmt::format("source '{}': '{}' has no CRS; set the source's crs, such as \"EPSG:4326\"", spec.name, spec.path));
  return srs;
}

struct LayerReader final : VectorReader::Impl {
  explicit LayerReader(const SourceSpec& spec_)
      : spec(spec_), dataset(open_vector(spec)), layer(pick_layer(*dataset, spec, warnings)) {
    if (layer.GetLayerDefn()->GetGeomFieldCount() == 0)
      throw Error(ErrorCode::input,
                  fmt::format("source '{}': '{}' has no geometry; use a layer that has", spec.name, spec.path));
    srs = srs_for(spec, layer.GetSpatialRef());
    layer.ResetReading();
  }

  OGRFeatureDefn& definition() override { return *layer.GetLayerDefn(); }

  bool next(VectorRow& row) override {
    const ErrorTrap trap;
    const NetworkScope network(vsi_path(spec.path));
    row.feature.reset(layer.GetNextFeature());
    row.problem.reset();
    row.row = ++at;
    if (trap.failed())
      throw Error(ErrorCode::input, fmt::format("source '{}': '{}' cannot be read to its end; it is damaged{}",
                                                spec.name, spec.path, trap.note()));
    return row.feature != nullptr;
  }

  SourceSpec spec;
  DatasetHandle dataset;
  OGRLayer& layer;
  std::int64_t at = 1;
};

/// Rows of a table, with the geometry of their coordinate or WKT columns.
struct TableRows final : VectorReader::Impl {
  explicit TableRows(const SourceSpec& spec) : reader(open_table_reader(spec)), block(reader->header()) {
    for (const char* name : {"wkt", "geometry", "geom", "the_geom"})
      if (!wkt) wkt = block.find(name);
    place.emplace(block, spec, place_fields(spec));
    if (!place->has_any() && !wkt) throw_missing_column(block, spec, "latitude");
    ColumnTypes types(block);
    while (reader->next(block)) {
      types.observe(block);
      place->observe(block);
    }
    reader->rewind();
    place->decide();
    defn = types.definition();
    warnings = reader->warnings();
    for (const std::string& note : place->notes()) warnings.push_back(note);
    srs = parse_srs(place->crs(), fmt::format("source '{}'", spec.name));
  }

  /// The columns of coordinates that the mapping names, else those with tocsin's own names, else with likely ones.
  PlaceFields place_fields(const SourceSpec& spec) const {
    const auto likely = recognise_columns(block.columns);
    const auto column = [&](const char* field) -> std::optional<std::size_t> {
      if (const auto entry = spec.columns.find(field); entry != spec.columns.end()) return block.find(entry->second);
      if (const auto own = block.find(field)) return own;
      for (const RecognisedColumn& found : likely)
        if (found.field == field && !wkt) return found.column;
      return {};
    };
    return {column("latitude"), column("longitude"), column("coordinates"), column("mgrs"),
            column("easting"),  column("northing"),  column("utm_zone")};
  }

  OGRFeatureDefn& definition() override { return *defn; }

  bool next(VectorRow& row) override {
    if (at == block.rows()) {
      at = 0;
      if (!reader->next(block)) return false;
    }
    row.row = block.row_number(at);
    row.feature.reset(OGRFeature::CreateFeature(defn.get()));
    for (int field = 0; field < defn->GetFieldCount(); ++field) set_field(*row.feature, field, block, at);
    row.problem = block.is_ragged(at)
                      ? std::optional(RowProblem{"columns do not match",
                                                 "the record has more fields than the header; check its quotes"})
                      : add_geometry(*row.feature);
    ++at;
    return true;
  }

  std::optional<RowProblem> add_geometry(OGRFeature& feature) const {
    if (wkt) return add_wkt(feature);
    EventRecord record;
    const auto found = place->read(block, at, record);
    if (!found.given) return RowProblem{"coordinates missing", "the record has no coordinates; fill them in"};
    if (!found.problem) feature.SetGeometryDirectly(new OGRPoint(record.x, record.y));
    return found.problem;
  }

  std::optional<RowProblem> add_wkt(OGRFeature& feature) const {
    const ErrorTrap trap;
    const std::string text(block.cell(at, *wkt));
    OGRGeometry* geometry = nullptr;
    if (text.empty()) return {};
    if (OGRGeometryFactory::createFromWkt(text.c_str(), nullptr, &geometry) != OGRERR_NONE)
      return RowProblem{"coordinates not readable", "the geometry is not well-known text"};
    feature.SetGeometryDirectly(geometry);
    return {};
  }

  std::unique_ptr<TableReader> reader;
  RawTable block;
  FeatureDefinitionHandle defn;
  std::optional<std::size_t> wkt;
  std::optional<RecordPlace> place;
  std::size_t at = 0;
};

}  // namespace

VectorReader::VectorReader(const SourceSpec& spec) {
  if (is_delimited(spec.path) || is_spreadsheet(spec.path))
    impl_ = std::make_unique<TableRows>(spec);
  else
    impl_ = std::make_unique<LayerReader>(spec);
}

VectorReader::~VectorReader() = default;
VectorReader::VectorReader(VectorReader&&) noexcept = default;
OGRFeatureDefn& VectorReader::definition() const {
  return impl_->definition();
}
const OGRSpatialReference& VectorReader::srs() const {
  return *impl_->srs;
}
const std::vector<std::string>& VectorReader::warnings() const {
  return impl_->warnings;
}
bool VectorReader::next(VectorRow& row) {
  return impl_->next(row);
}

int require_field(const OGRFeatureDefn& definition, const std::string& field, const SourceSpec& spec) {
  const int index = definition.GetFieldIndex(field.c_str());
  if (index < 0)
    throw Error(ErrorCode::scenario, fmt::format("source '{}': '{}' has no field '{}'{}", spec.name, spec.path, field,
                                                 did_you_mean(field, field_names(definition))));
  return index;
}

void densify(OGRGeometry& geometry, const OGRSpatialReference& own) {
  // An edge of length L bends away from its projected chord by about L^2 / 8R, R the radius at which the one CRS sees
  // straight lines of the other curve: not much less than the Earth's where either is used as it should be.
  constexpr double longest_degrees = 0.01, longest_m = 1000;
  geometry.segmentize(is_geographic(own) ? longest_degrees : longest_m / own.GetLinearUnits());
}

}  // namespace tocsin::data
