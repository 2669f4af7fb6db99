#include <tocsin/data/detail/quarantined_record.hpp>

namespace tocsin::data {

std::string cut_record(std::string record) {
  if (record.size() <= most_record_bytes) return record;
  std::size_t end = most_record_bytes;
  while (end > 0 && (static_cast<unsigned char>(record[end]) & 0xC0) == 0x80) --end;
  record.resize(end);
  return record + " ... (cut: the record is longer)";
}

}  // namespace tocsin::data
