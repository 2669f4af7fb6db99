#pragma once

#include <cstddef>
#include <memory>

#include <tocsin/data/table/table_reader.hpp>

namespace tocsin::data {

/// Reads as another reader does, but keeps the rows of a table that is small enough, so that to read it once more costs
/// nothing. The block given to next() has to be that of the call before, as it was left.
/// @param most_bytes  of text and cells; a larger table is read from its file each time, and nothing of it is kept
std::unique_ptr<TableReader> hold_rows(std::unique_ptr<TableReader> reader,
                                       std::size_t most_bytes = std::size_t{64} << 20);

}  // namespace tocsin::data
