#include <optional>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/data/detail/where.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/table/table_reader.hpp>
#include <tocsin/data/table_source.hpp>
#include <tocsin/data/values/plain_columns.hpp>

namespace tocsin::data {
namespace {

class FileTableSource final : public TableSource {
 public:
  explicit FileTableSource(SourceSpec spec) : spec_(std::move(spec)) {}

  Table read() override {
    const auto reader = open_table_reader(spec_);
    RawTable block = reader->header();
    Table table;
    table.columns = block.columns;
    for (const auto& [field, column] : spec_.columns) {
      const auto index = block.find(column);
      if (!index)
        throw Error(ErrorCode::scenario,
                    fmt::format("source '{}': columns maps {} to '{}', which '{}' does not have{}", spec_.name, field,
                                column, spec_.path, did_you_mean(column, block.columns)));
      table.columns[*index] = field;
    }
    std::optional<TableFilter> filter;
    if (!spec_.where.empty()) {
      ColumnTypes types(block, {&spec_.where, 1});
      while (reader->next(block)) types.observe(block);
      filter.emplace(types, spec_.where, spec_.name);
      reader->rewind();
    }
    const ErrorTrap trap;
    while (reader->next(block))
      for (std::size_t row = 0; row < block.rows(); ++row) add(block, row, filter, table);
    table.warnings = reader->warnings();
    make_columns_plain(table, spec_);
    return table;
  }

 private:
  void add(const RawTable& block, std::size_t row, const std::optional<TableFilter>& filter, Table& table) const {
    if (block.is_ragged(row))
      throw Error(ErrorCode::input,
                  fmt::format("source '{}': '{}', row {} has more fields than the header; check its quotes", spec_.name,
                              spec_.path, block.row_number(row)));
    if (filter && !filter->matches(block, row)) return;
    auto& cells = table.rows.emplace_back();
    for (std::size_t column = 0; column < block.columns.size(); ++column) cells.emplace_back(block.cell(row, column));
    table.row_numbers.push_back(block.row_number(row));
  }

  SourceSpec spec_;
};

}  // namespace

std::unique_ptr<TableSource> open_table(const SourceSpec& spec) {
  if (!is_delimited(spec.path)) open_vector(spec.name, spec.path);
  require_file(spec.name, spec.path);
  return std::make_unique<FileTableSource>(spec);
}

}  // namespace tocsin::data
