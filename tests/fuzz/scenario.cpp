// A scenario file, to the last key: indicators/toml_reader, scenario*, parameters, measures.
#include <tocsin/indicators/scenario.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  fuzz::may_refuse([&] { parse_scenario(std::string(fuzz::text_of(data, size)), "s.toml"); });
  return 0;
}
