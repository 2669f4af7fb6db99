// alerts.json of an earlier run: alert_table.
#include <tocsin/data/alert_table.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  fuzz::may_refuse([&] { data::parse_alerts_json(std::string(fuzz::text_of(data, size)), "alerts.json"); });
  return 0;
}
