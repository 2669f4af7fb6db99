#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/raw_table.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/detail/where.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/table_source.hpp>

namespace tocsin::data {
namespace {

class FileTableSource final : public TableSource {
 public:
  explicit FileTableSource(SourceSpec spec) : spec_(std::move(spec)) {}

  Table read() override {
    const RawTable raw = read_table(spec_);
    const auto wanted = matching_rows(raw, spec_.where, spec_.name);
    Table table;
    table.columns = raw.columns;
    for (const auto& [field, column] : spec_.columns) {
      const auto index = raw.find(column);
      if (!index)
        throw Error(ErrorCode::scenario,
                    fmt::format("source '{}': columns maps {} to '{}', which '{}' does not have{}", spec_.name, field,
                                column, spec_.path, did_you_mean(column, raw.columns)));
      table.columns[*index] = field;
    }
    for (std::size_t row = 0; row < raw.rows(); ++row) {
      if (raw.is_ragged(row))
        throw Error(ErrorCode::input,
                    fmt::format("source '{}': '{}', row {} has more fields than the header; check its quotes",
                                spec_.name, spec_.path, raw.row_number(row)));
      if (wanted[row] == 0) continue;
      auto& cells = table.rows.emplace_back();
      for (std::size_t column = 0; column < raw.columns.size(); ++column) cells.emplace_back(raw.cell(row, column));
      table.row_numbers.push_back(raw.row_number(row));
    }
    return table;
  }

 private:
  SourceSpec spec_;
};

}  // namespace

std::unique_ptr<TableSource> open_table(const SourceSpec& spec) {
  if (!is_delimited(spec.path)) open_vector(spec.name, spec.path);
  require_file(spec.name, spec.path);
  return std::make_unique<FileTableSource>(spec);
}

}  // namespace tocsin::data
