#pragma once

#include <tocsin/ports/source_spec.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin::data {

/// Brings columns of a table into plain form, however they are written: those that are wholly dates to 2021-08-31
/// (2021-08 where only the month is known), those that are wholly numbers to 1234.5. Columns that are plain already,
/// hold anything else, or cannot be decided stay as they are, for whoever uses them to judge. Serial numbers of a
/// spreadsheet are taken for dates only in columns named date, from, to, date_start, date_end or reported; a lone mark
/// before three digits groups thousands only in a column named persons. What was done is added to Table::warnings.
/// @throws Error scenario: SourceSpec::dates or decimal is not understood
void make_columns_plain(Table& table, const SourceSpec& spec);

}  // namespace tocsin::data
