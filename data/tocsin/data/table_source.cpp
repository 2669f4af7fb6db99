#include <optional>
#include <set>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/detail/where.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/table/table_reader.hpp>
#include <tocsin/data/table_source.hpp>
#include <tocsin/data/values/plain_columns.hpp>

namespace tocsin::data {
namespace {

/// Some 32 bytes each, whatever they hold.
constexpr std::size_t most_cells = 50'000'000;

class FileTableSource final : public TableSource {
 public:
  explicit FileTableSource(SourceSpec spec) : spec_(std::move(spec)) {}

  Table read() override {
    const auto reader = open_table_reader(spec_);
    RawTable block = reader->header();
    Table table;
    table.columns = block.columns;
    std::set<std::size_t> mapped;
    for (const auto& [field, column] : spec_.columns) {
      const auto index = block.find(column);
      if (!index)
        throw Error(ErrorCode::scenario,
                    fmt::format("source '{}': columns maps {} to '{}', which '{}' does not have{}", spec_.name, field,
                                column, spec_.path, did_you_mean(column, block.columns)));
      table.columns[*index] = field;
      mapped.insert(*index);
    }
    hide_namesakes(mapped, table);
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
    SourceSpec written = spec_;
    if (block.counts_from_1904 && written.dates.find("excel-1904") == std::string::npos) written.dates += " excel-1904";
    make_columns_plain(table, written);
    return table;
  }

 private:
  /// What is found by a mapped name is the mapped column, also where the table calls another one so.
  static void hide_namesakes(const std::set<std::size_t>& mapped, Table& table) {
    for (const std::size_t index : mapped)
      for (std::size_t other = 0; other < table.columns.size(); ++other)
        if (!mapped.contains(other) && lower(table.columns[other]) == lower(table.columns[index]))
          table.columns[other] += " (not mapped)";
  }

  void add(const RawTable& block, std::size_t row, const std::optional<TableFilter>& filter, Table& table) const {
    if (block.is_ragged(row))
      throw Error(ErrorCode::input, fmt::format("source '{}': '{}', row {} has more fields than the header, or a quote "
                                                "that is not closed; check its quotes",
                                                spec_.name, spec_.path, block.row_number(row)));
    if (filter && !filter->matches(block, row)) return;
    if ((table.rows.size() + 1) * table.columns.size() > most_cells)
      throw Error(
          ErrorCode::input,
          fmt::format("source '{}': '{}' has more than {} million cells ({} columns a row), too many for a table "
                      "that is held in memory; leave out the columns and rows that are not used",
                      spec_.name, spec_.path, most_cells / 1'000'000, table.columns.size()));
    auto& cells = table.rows.emplace_back();
    for (std::size_t column = 0; column < block.columns.size(); ++column) cells.emplace_back(block.cell(row, column));
    table.row_numbers.push_back(block.row_number(row));
  }

  SourceSpec spec_;
};

}  // namespace

std::unique_ptr<TableSource> open_table(const SourceSpec& spec) {
  require_opens(spec);
  return std::make_unique<FileTableSource>(spec);
}

}  // namespace tocsin::data
