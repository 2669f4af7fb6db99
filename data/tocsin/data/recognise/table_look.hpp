#pragma once

#include <tocsin/data/recognise/file_look.hpp>
#include <tocsin/data/table/raw_table.hpp>

namespace tocsin::data {

/// Says of a table what it was taken for, by its columns: kind, what, why, format and columns of the look.
/// @param header  of the table; with has_points the records have places of their own
void look_at_columns(const RawTable& header, FileLook& look);

/// Of a layer of features: the columns with the days between which one exists, and its name. `dated` says of each
/// column whether all its texts are dates or empty, and some are dates.
void find_feature_columns(const std::vector<std::string>& columns, const std::vector<bool>& dated, FileLook& look);

}  // namespace tocsin::data
