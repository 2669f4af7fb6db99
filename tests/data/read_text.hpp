#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <tocsin/data/table/delimited_reader.hpp>

namespace tocsin::test {

/// A table as one block, and what its reader warned of.
struct WholeTable {
  data::RawTable table;
  std::vector<std::string> warnings;
};

/// Reads a delimited text whole.
inline WholeTable table_of(std::string text, const SourceSpec& spec = {}) {
  // All fits into the first block, however large the text is.
  const std::size_t bytes = text.size() + 1;
  const auto reader =
      data::read_delimited(data::bytes_of(std::move(text)), spec, {bytes, std::numeric_limits<std::size_t>::max()});
  WholeTable whole{reader->header(), {}};
  reader->next(whole.table);
  whole.warnings = reader->warnings();
  return whole;
}

}  // namespace tocsin::test
