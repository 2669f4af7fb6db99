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

/// True when no further row is needed.
bool is_head_complete(std::span<const HeadRow> rows, const SourceSpec& spec);

/// What the first rows of a table say about it.
struct Header {
  std::vector<std::string> columns;            ///< trimmed; those without a name get one by their place
  std::vector<std::string> hxl_tags;           ///< one a column; empty: the table has none
  std::vector<std::vector<std::string>> rows;  ///< the one or two rows that name the columns, as written
  std::int64_t last_row = 0;                   ///< records begin below this row
  std::vector<std::string> warnings;           ///< each guess, with its row
};

/// Finds the row that names the columns. It is the first, unless that has less than half as many cells as the table is
/// wide: then it and others like it are titles, and the header is the first row wide enough. Two rows are one header
/// when the upper has merged cells ("Location" over "Lat", "Lon" gives "Location Lat"), both are words, and below them
/// stand numbers or dates. A row of HXL hashtags right below belongs to the header. SourceSpec::header_row overrules:
/// then that row alone is the header.
/// @param rows  the first rows that are not blank, up to where is_head_complete, or all when there are fewer
/// @param what  named in messages, such as "source 'incidents': 'incidents.csv'"
/// @throws Error input: no row, two columns of one name; scenario: header_row is no row of the table
Header find_header(std::span<const HeadRow> rows, const SourceSpec& spec, const std::string& what);

/// HXL: the row below the header holds tags such as "#geo+lat"; columns without a tag are empty.
bool is_hashtag_row(std::span<const std::string> cells);

}  // namespace tocsin::data
