#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/data/formats/event_format.hpp>

namespace tocsin::data {

/// What the exports of incident data bases have in common: fixed column names, and codes for what is known how well.

/// A code as it is written, also by programs that make numbers of all: "2", "2.0". Empty when it is no whole number.
std::optional<int> whole_code(std::string_view text);

/// The entry of a table of codes that the text names.
template <typename Codes>
const typename Codes::value_type* entry_of(const Codes& codes, std::string_view text) {
  const auto code = whole_code(text);
  for (const auto& entry : codes)
    if (code == entry.code) return &entry;
  return nullptr;
}

/// Index of the name, case and white space around it ignored.
std::optional<std::size_t> index_of(const std::vector<std::string>& columns, std::string_view name);

RowProblem coordinates_missing();

}  // namespace tocsin::data
