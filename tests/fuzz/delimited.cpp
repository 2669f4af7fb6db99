// Delimited text: table/encoding, text_stream, dialect, header, record_scanner, row_filter, delimited_reader. However
// the blocks fall, the same must be read.
#include <tocsin/data/table/delimited_reader.hpp>

#include "fuzz.hpp"

namespace {

/// All cells with their rows; what was refused, where it was.
std::string read_all(std::string_view text, tocsin::data::BlockSize size) {
  using namespace tocsin;
  SourceSpec spec;
  spec.name = "x";
  spec.path = "x.csv";
  spec.limits.field_bytes = 1000;
  spec.limits.columns = 100;
  std::string all;
  try {
    const auto reader = data::read_delimited(data::bytes_of(std::string(text)), spec, size);
    data::RawTable block = reader->header();
    for (const std::string& column : block.columns) all += column + "\x1f";
    while (reader->next(block))
      for (std::size_t row = 0; row < block.rows(); ++row) {
        all += std::to_string(block.row_number(row)) + (block.is_ragged(row) ? "!" : "") + block.record(row) + "\x1e";
        for (std::size_t i = 0; i < block.columns.size(); ++i) (void)block.cell(row, i);
      }
    for (const std::string& warning : reader->warnings()) all += warning + "\x1d";
  } catch (const Error& error) {
    return error.what();
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view text = fuzz::text_of(data, size);
  const std::string whole = read_all(text, {}), bits = read_all(text, {7, 2});
  fuzz::require(whole == bits, "what is read does not depend on the size of blocks");
  return 0;
}
