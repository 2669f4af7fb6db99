#pragma once

#include <string>
#include <string_view>

#include <tocsin/data/detail/raw_table.hpp>

namespace tocsin::data {

/// Parses delimited text (RFC 4180: quotes double inside quotes, line ends of any kind inside quotes belong to the
/// field). The separator is the one of comma, semicolon, tab and bar that the header has most of; a byte order mark is
/// skipped; text that is not UTF-8 is taken for Windows-1252, with a warning. Blank records are not counted as records,
/// but do count as rows. The first row is the header.
/// @param what  named in messages, such as "source 'incidents': 'incidents.csv'"
/// @throws Error input: empty, UTF-16, NUL bytes, a quote that is never closed, a header without names or with one
/// twice
RawTable parse_delimited(std::string text, const std::string& what);

/// The whole file through GDAL's file system, so that /vsizip/ and /vsigzip/ paths work.
/// @throws Error input; also when it is larger than 2 GB unpacked
std::string read_text_file(const std::string& source, const std::string& path);

}  // namespace tocsin::data
