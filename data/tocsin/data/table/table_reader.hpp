#pragma once

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <tocsin/data/table/raw_table.hpp>
#include <tocsin/ports/source_spec.hpp>

namespace tocsin::data {

/// How much a block of rows holds: it ends at whichever comes first, but holds a row at least.
struct BlockSize {
  std::size_t bytes = std::size_t{1} << 20;
  std::size_t rows = std::numeric_limits<std::size_t>::max();
  std::size_t cells = std::size_t{1} << 20;  ///< missing ones of short rows included: they take memory as well

  /// True for a block that is not full.
  [[nodiscard]] bool has_room(const RawTable& block) const {
    const std::size_t held = block.rows();
    return held == 0 || (held < rows && held * block.stored_columns() < cells);
  }
};

/// Reads the rows of a table block by block, as often as one likes, in memory that does not grow with the table. What
/// is read does not depend on the size of the blocks.
class TableReader {
 public:
  virtual ~TableReader() = default;
  /// The columns, without rows.
  [[nodiscard]] virtual const RawTable& header() const = 0;
  /// Replaces the rows of `block`, a copy of the header (to which columns may have been added). False at the end; then
  /// the block has no rows. Blank rows are left out.
  /// @throws Error input: damaged, a quote that is never closed, beyond a limit
  virtual bool next(RawTable& block) = 0;
  /// Back to the first row.
  virtual void rewind() = 0;
  /// What was guessed and left out, complete once the last block was read.
  [[nodiscard]] virtual std::vector<std::string> warnings() const = 0;
};

/// Opens a table: delimited text, a spreadsheet, or any vector layer (with its points, where it has them).
/// @throws Error input, scenario (unknown extension or layer)
std::unique_ptr<TableReader> open_table_reader(const SourceSpec& spec, BlockSize size = {});

}  // namespace tocsin::data
