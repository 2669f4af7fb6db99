#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::data {

/// How a delimited text is written.
struct Dialect {
  char separator = ',';
  std::size_t skip = 0;  ///< leading bytes of a line that only names the separator, as spreadsheet programs write it
};

/// The separator that a scenario names: one character, or comma, semicolon, tab, bar.
/// @param what  named in the message
/// @throws Error scenario
char named_separator(const std::string& name, const std::string& what);

/// Decides by the first records: a line "sep=;" says it; else it is the one of comma, semicolon, tab and bar by which
/// the most records have the same number of cells, and among equals the one that makes most cells of them. A header
/// alone does not decide: its names may hold commas.
/// @param sample    the text's beginning, UTF-8
/// @param is_whole  nothing follows the sample
/// @param declared  SourceSpec::separator
/// @throws Error scenario: a declared separator that cannot be one
Dialect find_dialect(std::string_view sample, bool is_whole, const std::string& declared, const std::string& what,
                     std::vector<std::string>& warnings);

}  // namespace tocsin::data
