#pragma once

#include <string>

#include <tocsin/ports/source_spec.hpp>

namespace tocsin::data {

/// Refuses a workbook (a zip archive) that unpacks to more than TableLimits::workbook_bytes, or by more than
/// archive_ratio: GDAL holds it whole. Of an Excel workbook the parts are looked through as well (see WorkbookParts),
/// as what stands in them once may be held many times.
/// @throws Error input
void check_workbook(const SourceSpec& spec);

/// True for an Excel workbook whose dates count from 1904, as those of old Macs do. GDAL reads all dates as if they
/// counted from 1900.
/// @throws Error input: such a workbook that also holds texts like "2021/08/02", which cannot be told from its dates
bool counts_from_1904(const SourceSpec& spec);

/// Days between the two beginnings.
inline constexpr int days_to_1904 = 1462;

}  // namespace tocsin::data
