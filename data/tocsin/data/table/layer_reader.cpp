#include <cmath>

#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/layer.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/network.hpp>
#include <tocsin/data/table/header.hpp>
#include <tocsin/data/table/layer_reader.hpp>

namespace tocsin::data {
namespace {

/// The CRS of the layer's points as WKT, empty when it has none.
std::string wkt_of(const OGRSpatialReference* srs) {
  if (srs == nullptr || srs->IsLocal() != 0) return {};
  char* text = nullptr;
  const char* const options[] = {"FORMAT=WKT2", nullptr};
  srs->exportToWkt(&text, options);
  std::string wkt = text == nullptr ? "" : text;
  CPLFree(text);
  return wkt;
}

class LayerReader final : public TableReader {
 public:
  LayerReader(const SourceSpec& spec, BlockSize size)
      : spec_(spec), size_(size), dataset_(open_vector(spec)), layer_(pick_layer(*dataset_, spec, warnings_)) {
    const ErrorTrap trap;
    OGRFeatureDefn* definition = layer_.GetLayerDefn();
    header_.columns = field_names(*definition);
    check_columns();
    const NetworkScope network(vsi_path(spec_.path));
    for (std::string& column : header_.columns) column = std::string(trim(column));
    header_.has_points = definition->GetGeomFieldCount() > 0;
    if (header_.has_points) header_.crs_wkt = wkt_of(layer_.GetSpatialRef());
    cells_.resize(header_.columns.size());
    spans_.resize(cells_.size());
    rewind();
    if (const FeatureHandle first{layer_.GetNextFeature()}) {
      fill(*first);
      if (is_hashtag_row(cells_)) {
        for (const std::string& cell : cells_) header_.hxl_tags.emplace_back(trim(cell));
      }
    }
    rewind();
  }

  [[nodiscard]] const RawTable& header() const override { return header_; }

  bool next(RawTable& block) override {
    block.clear_rows();
    const ErrorTrap trap;
    const NetworkScope network(vsi_path(spec_.path));
    while (size_.has_room(block) && (block.rows() == 0 || block.text().size() < size_.bytes)) {
      const FeatureHandle feature{layer_.GetNextFeature()};
      if (trap.failed())
        throw Error(ErrorCode::input, fmt::format("source '{}': '{}' cannot be read to its end; it is damaged{}",
                                                  spec_.name, spec_.path, trap.note()));
      if (!feature) break;
      ++row_;
      const bool is_blank = fill(*feature) && (!header_.has_points || feature->GetGeometryRef() == nullptr);
      if (!is_blank && !(row_ == 2 && !header_.hxl_tags.empty())) {
        check_record();
        add(*feature, block);
      }
    }
    return block.rows() > 0;
  }

  void rewind() override {
    const NetworkScope network(vsi_path(spec_.path));
    layer_.ResetReading();
    records_ = 0;
    row_ = 1;  // the names of the fields stand where a table has its header
  }

  [[nodiscard]] std::vector<std::string> warnings() const override { return warnings_; }

 private:
  /// The limits that delimited text has as well.
  void check_columns() const {
    if (static_cast<std::int64_t>(header_.columns.size()) > spec_.limits.columns)
      throw Error(ErrorCode::input, fmt::format("source '{}': '{}' has {} columns, more than {}; if it needs so many, "
                                                "raise `columns` of the source's limits",
                                                spec_.name, spec_.path, header_.columns.size(), spec_.limits.columns));
  }

  void check_record() {
    if (++records_ > spec_.limits.rows)
      throw Error(ErrorCode::input,
                  fmt::format("source '{}': '{}' has more than {} records; if it needs so many, raise "
                              "`rows` of the source's limits",
                              spec_.name, spec_.path, spec_.limits.rows));
    for (const std::string& cell : cells_)
      if (static_cast<std::int64_t>(cell.size()) > spec_.limits.field_bytes)
        throw Error(ErrorCode::input,
                    fmt::format("source '{}': '{}', row {}: a cell is longer than {:g} MB; if it is right, raise "
                                "`cell_mb` of the source's limits",
                                spec_.name, spec_.path, row_, static_cast<double>(spec_.limits.field_bytes) / 1e6));
  }

  /// @return true when all fields are empty
  bool fill(const OGRFeature& feature) {
    bool is_blank = true;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      cells_[i] = field_text(feature, static_cast<int>(i));
      is_blank = is_blank && trim(cells_[i]).empty();
    }
    return is_blank;
  }

  void add(const OGRFeature& feature, RawTable& block) {
    for (std::size_t i = 0; i < cells_.size(); ++i) spans_[i] = block.add_cell(cells_[i]);
    block.add_row(row_, spans_);
    if (!header_.has_points) return;
    const OGRGeometry* geometry = feature.GetGeometryRef();
    const bool is_point =
        geometry != nullptr && wkbFlatten(geometry->getGeometryType()) == wkbPoint && geometry->IsEmpty() == 0;
    block.x.push_back(is_point ? geometry->toPoint()->getX() : std::nan(""));
    block.y.push_back(is_point ? geometry->toPoint()->getY() : std::nan(""));
  }

  SourceSpec spec_;
  BlockSize size_;
  std::vector<std::string> warnings_;
  DatasetHandle dataset_;
  OGRLayer& layer_;
  RawTable header_;
  std::int64_t row_ = 1, records_ = 0;
  std::vector<std::string> cells_;
  std::vector<RawTable::Span> spans_;
};

}  // namespace

std::unique_ptr<TableReader> read_layer(const SourceSpec& spec, BlockSize size) {
  return std::make_unique<LayerReader>(spec, size);
}

}  // namespace tocsin::data
