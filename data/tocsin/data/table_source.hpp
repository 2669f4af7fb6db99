#pragma once

#include <memory>

#include <tocsin/ports/source_spec.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin::data {

/// A table of text cells from delimited text, a spreadsheet, or the attributes of a vector layer. SourceSpec::where
/// applies; SourceSpec::columns renames: a column that tocsin's name maps to carries that name. Rows with more fields
/// than the header are an error: a table has no quarantine.
/// @throws Error when opened: input, scenario as open_events; when read: input (such a row), scenario (where clause,
/// mapping)
std::unique_ptr<TableSource> open_table(const SourceSpec& spec);

}  // namespace tocsin::data
