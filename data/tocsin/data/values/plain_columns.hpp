#pragma once

#include <tocsin/ports/source_spec.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin::data {

/// Brings columns of a table into plain form, however they are written: those that are wholly dates to 2021-08-31
/// (2021-08 where only the month is known), the numbers of those that hold numbers to 1234.5. A cell that is no number
/// among numbers stays as it is, for whoever uses it to set aside; one that says "n/a" becomes empty. Columns that are
/// plain already, hold codes ("0012", more than 15 digits) or anything else, or cannot be decided stay as they are:
/// whoever uses an undecided number must refuse it. Serial numbers of a
/// spreadsheet are taken for dates only in columns named date, from, to, date_start, date_end or reported; a lone mark
/// before three digits groups thousands only in a column named persons. What was done is added to Table::warnings.
/// @throws Error scenario: SourceSpec::dates or decimal is not understood
void make_columns_plain(Table& table, const SourceSpec& spec);

}  // namespace tocsin::data
