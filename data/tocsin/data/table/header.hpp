#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <tocsin/data/table/raw_table.hpp>
#include <tocsin/ports/source_spec.hpp>

namespace tocsin::data {

/// One of the first rows of a table, blank ones left out.
struct HeadRow {
  std::int64_t number = 0;  ///< as a person counts it, from 1
  std::vector<std::string> cells;
};

/// Enough of a table's first rows to find its header.
inline constexpr std::size_t head_rows = 40;

/// What the first rows of a table say about it.
struct Header {
  std::vector<std::string> columns;   ///< trimmed; those without a name get one by their place
  std::vector<std::string> hxl_tags;  ///< one a column; empty: the table has none
  std::int64_t last_row = 0;          ///< records begin below this row
  std::vector<std::string> warnings;
};

/// @param rows  the first head_rows rows that are not blank, or all when there are fewer
/// @param what  named in messages, such as "source 'incidents': 'incidents.csv'"
/// @throws Error input: no row, a name that occurs twice
Header find_header(std::span<const HeadRow> rows, const SourceSpec& spec, const std::string& what);

/// HXL: the row below the header holds tags such as "#geo+lat"; columns without a tag are empty.
bool is_hashtag_row(std::span<const std::string> cells);

}  // namespace tocsin::data
