#pragma once

#include <memory>
#include <string>

#include <tocsin/data/table/byte_stream.hpp>
#include <tocsin/data/table/table_reader.hpp>

namespace tocsin::data {

/// Reads delimited text. See RecordScanner for how it is split, encoding_of for its letters, find_header for its
/// columns. Reads the bytes once to know their encoding, and their beginning to know the rest.
/// @param spec  its path is for messages only
/// @throws Error input: empty, not a text, a header that cannot be used; scenario: encoding or separator not understood
std::unique_ptr<TableReader> read_delimited(std::unique_ptr<ByteStream> bytes, const SourceSpec& spec,
                                            BlockSize size = {});

}  // namespace tocsin::data
