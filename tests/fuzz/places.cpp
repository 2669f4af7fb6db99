// Places as people write them: values/written_place (degrees, minutes and seconds, MGRS, UTM).
#include <algorithm>
#include <cmath>

#include <tocsin/data/values/written_place.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view text = fuzz::text_of(data, size);
  const auto is_sound = [](const std::optional<data::WrittenPlace>& place) {
    return !place || (std::isfinite(place->longitude) && std::isfinite(place->latitude));
  };
  (void)data::read_coordinate(text, data::Axis::latitude);
  (void)data::read_coordinate(text, data::Axis::longitude);
  fuzz::require(is_sound(data::read_mgrs(text)), "an MGRS place is finite");
  fuzz::require(is_sound(data::read_place(text)), "a place is finite");
  const std::size_t one = std::min(text.find('|'), text.size()), two = std::min(text.find('|', one + 1), text.size());
  const std::string_view easting = one < text.size() ? text.substr(one + 1, two - one - 1) : std::string_view();
  fuzz::require(is_sound(data::read_utm(text.substr(0, one), easting, two < text.size() ? text.substr(two + 1) : "")),
                "a UTM place is finite");
  return 0;
}
