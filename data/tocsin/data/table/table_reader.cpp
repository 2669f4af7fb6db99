#include <tocsin/data/drivers.hpp>
#include <tocsin/data/table/byte_stream.hpp>
#include <tocsin/data/table/delimited_reader.hpp>
#include <tocsin/data/table/layer_reader.hpp>
#include <tocsin/data/table/sheet_reader.hpp>
#include <tocsin/data/table/table_reader.hpp>

namespace tocsin::data {

std::unique_ptr<TableReader> open_table_reader(const SourceSpec& spec, BlockSize size) {
  if (is_spreadsheet(spec.path)) return read_sheet(spec, size);
  if (!is_delimited(spec.path)) return read_layer(spec, size);
  return read_delimited(open_bytes(spec), spec, size);
}

}  // namespace tocsin::data
