#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <tocsin/core/calendar.hpp>
#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/layer.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/network.hpp>
#include <tocsin/data/table/header.hpp>
#include <tocsin/data/table/row_filter.hpp>
#include <tocsin/data/table/sheet_reader.hpp>
#include <tocsin/data/table/workbook.hpp>

namespace tocsin::data {
namespace {

std::string place_of(const SourceSpec& spec) {
  return fmt::format("source '{}': '{}'", spec.name, spec.path);
}

/// GDAL reads sheets whole when it is first asked about them, and goes on with what it has when they are damaged.
std::vector<std::int64_t> rows_of_sheets(GDALDataset& dataset, const SourceSpec& spec) {
  const ErrorTrap trap;
  const NetworkScope network(vsi_path(spec.path));
  std::vector<std::int64_t> rows;
  for (int i = 0; i < dataset.GetLayerCount(); ++i) rows.push_back(dataset.GetLayer(i)->GetFeatureCount());
  if (trap.failed())
    throw Error(ErrorCode::input,
                fmt::format("{} cannot be read to its end; it is damaged{}", place_of(spec), trap.note()));
  return rows;
}

OGRLayer& pick_sheet(GDALDataset& dataset, const SourceSpec& spec, std::vector<std::string>& warnings) {
  const std::vector<std::int64_t> rows = rows_of_sheets(dataset, spec);
  if (!spec.layer.empty()) return pick_layer(dataset, spec, warnings);
  std::vector<std::string> names;
  OGRLayer* first = nullptr;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    OGRLayer* sheet = dataset.GetLayer(static_cast<int>(i));
    if (rows[i] == 0) continue;
    names.emplace_back(sheet->GetName());
    if (first == nullptr) first = sheet;
  }
  if (first == nullptr) throw Error(ErrorCode::input, place_of(spec) + " is empty; it needs a header row and records");
  if (names.size() > 1)
    warnings.push_back(fmt::format("{} holds {} sheets ({}); '{}' was read: name another as layer", place_of(spec),
                                   names.size(), fmt::join(names, ", "), names.front()));
  return *first;
}

/// GDAL writes what is formatted as a date with bars: "2021/08/02" or "2021/08/02 12:00:00".
bool is_gdal_date(std::string_view text) {
  if (text.size() != 10 && (text.size() < 19 || text[10] != ' ')) return false;
  for (std::size_t i = 0; i < 10; ++i)
    if (i == 4 || i == 7 ? text[i] != '/' : text[i] < '0' || text[i] > '9') return false;
  return true;
}

class SheetReader final : public TableReader {
 public:
  SheetReader(const SourceSpec& spec, BlockSize size)
      : spec_(spec),
        size_(size),
        dataset_(open_vector(spec)),
        layer_(pick_sheet(*dataset_, spec, warnings_)),
        is_1904_(counts_from_1904(spec)) {
    const auto width = static_cast<std::size_t>(layer_.GetLayerDefn()->GetFieldCount());
    if (static_cast<std::int64_t>(width) > spec.limits.columns)
      throw Error(ErrorCode::input,
                  fmt::format("{} has {} columns, more than {}; if it needs so many, raise `columns` of "
                              "the source's limits",
                              place_of(spec), width, spec.limits.columns));
    cells_.resize(width);
    spans_.resize(width);
    if (is_1904_) warnings_.push_back(place_of(spec) + " counts its dates from 1904; they were read so");
    Header found = find_header(read_head(), spec, place_of(spec));
    filter_.emplace(found, spec.limits, place_of(spec));
    header_.columns = std::move(found.columns);
    header_.hxl_tags = std::move(found.hxl_tags);
    header_.counts_from_1904 = is_1904_;
    warnings_.insert(warnings_.end(), found.warnings.begin(), found.warnings.end());
    rewind();
  }

  [[nodiscard]] const RawTable& header() const override { return header_; }

  bool next(RawTable& block) override {
    block.clear_rows();
    std::string& text = block.text();
    while (size_.has_room(block) && (block.rows() == 0 || text.size() < size_.bytes) && next_row()) {
      const std::size_t before = text.size();
      for (std::size_t i = 0; i < cells_.size(); ++i) spans_[i] = block.add_cell(cells_[i]);
      if (filter_->keeps(row_, text, spans_))
        block.add_row(row_, spans_);
      else
        text.resize(before);
    }
    return block.rows() > 0;
  }

  void rewind() override {
    layer_.ResetReading();
    row_ = 0;
    if (filter_) filter_->rewind();
  }

  [[nodiscard]] std::vector<std::string> warnings() const override {
    std::vector<std::string> all = warnings_;
    const auto more = filter_->warnings();
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

 private:
  /// Reads the next row into cells_; false at the end.
  bool next_row() {
    const ErrorTrap trap;
    const NetworkScope network(vsi_path(spec_.path));
    const FeatureHandle feature{layer_.GetNextFeature()};
    if (trap.failed())
      throw Error(ErrorCode::input,
                  fmt::format("{} cannot be read to its end; it is damaged{}", place_of(spec_), trap.note()));
    if (!feature) return false;
    ++row_;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      cells_[i] = field_text(*feature, static_cast<int>(i));
      if (static_cast<std::int64_t>(cells_[i].size()) > spec_.limits.field_bytes)
        throw Error(ErrorCode::input,
                    fmt::format("{}, row {}: a cell is longer than {:g} MB; if it is right, raise "
                                "`cell_mb` of the source's limits",
                                place_of(spec_), row_, static_cast<double>(spec_.limits.field_bytes) / 1e6));
      if (is_gdal_date(cells_[i])) write_iso(cells_[i]);
    }
    return true;
  }

  void write_iso(std::string& cell) const {
    cell[4] = cell[7] = '-';
    if (!is_1904_) return;
    if (const auto day = parse_day(cell.substr(0, 10)))
      cell = to_string(*day + std::chrono::days{days_to_1904}) + cell.substr(10);
  }

  std::vector<HeadRow> read_head() {
    std::vector<HeadRow> head;
    rewind();
    while (!is_head_complete(head, spec_) && next_row())
      if (std::any_of(cells_.begin(), cells_.end(), [](const std::string& cell) { return !trim(cell).empty(); }))
        head.push_back({row_, cells_});
    return head;
  }

  SourceSpec spec_;
  BlockSize size_;
  std::vector<std::string> warnings_;
  DatasetHandle dataset_;
  OGRLayer& layer_;
  bool is_1904_;
  RawTable header_;
  std::optional<RowFilter> filter_;
  std::int64_t row_ = 0;
  std::vector<std::string> cells_;
  std::vector<RawTable::Span> spans_;
};

}  // namespace

std::unique_ptr<TableReader> read_sheet(const SourceSpec& spec, BlockSize size) {
  // GDAL guesses header and types, unless told not to; it asks these when it first reads.
  const ConfigOption xlsx_header("OGR_XLSX_HEADERS", "DISABLE"), xlsx_types("OGR_XLSX_FIELD_TYPES", "STRING"),
      ods_header("OGR_ODS_HEADERS", "DISABLE"), ods_types("OGR_ODS_FIELD_TYPES", "STRING");
  return std::make_unique<SheetReader>(spec, size);
}

bool is_spreadsheet(const std::string& path) {
  const std::string extension = extension_of(path);
  return extension == ".xlsx" || extension == ".ods";
}

}  // namespace tocsin::data
