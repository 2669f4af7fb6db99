#pragma once

#include <memory>

#include <tocsin/data/table/table_reader.hpp>

namespace tocsin::data {

/// Reads a sheet of an Excel workbook or an OpenDocument spreadsheet: the one that SourceSpec::layer names, else the
/// first that is not empty (a warning then lists the others). All cells are read as text, so that numbers keep their
/// digits; what is formatted as a date is written as "2021-08-02"; formulas give their stored results, errors their
/// names
/// ("#REF!"). See find_header for the columns. GDAL holds the whole workbook in memory.
/// @throws Error as open_vector and find_header
std::unique_ptr<TableReader> read_sheet(const SourceSpec& spec, BlockSize size = {});

/// True for the extensions of spreadsheets.
bool is_spreadsheet(const std::string& path);

}  // namespace tocsin::data
