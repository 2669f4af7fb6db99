// Spatial weights in text: weights_file. The first byte chooses GAL or GWT.
#include <tocsin/data/weights_file.hpp>

#include "fuzz.hpp"
#include "vsi_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  if (size == 0) return 0;
  const fuzz::VsiFile file("/vsimem/fuzz/weights.txt", fuzz::text_of(data + 1, size - 1));
  const std::vector<std::string> codes{"1", "2", "3", "SS1009"};
  fuzz::may_refuse([&] {
    const Neighbours neighbours =
        (data[0] & 1) != 0 ? data::read_gwt(file.path(), codes) : data::read_gal(file.path(), codes);
    fuzz::require(neighbours.size() == codes.size(), "as many places as codes");
  });
  return 0;
}
