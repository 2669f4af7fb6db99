#pragma once

#include <memory>

#include <tocsin/data/table/table_reader.hpp>

namespace tocsin::data {

/// Reads the attributes of a vector layer, with its points where it has them. A row of HXL hashtags that comes first is
/// left out.
/// @throws Error as open_vector and pick_layer
std::unique_ptr<TableReader> read_layer(const SourceSpec& spec, BlockSize size = {});

}  // namespace tocsin::data
