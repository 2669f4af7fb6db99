#include <algorithm>

#include <tocsin/vector/areas.hpp>

namespace tocsin {

Box Areas::bounds() const {
  Box all = bounds_of(MultiPolygon{});
  for (const MultiPolygon& shape : shapes) {
    const Box box = bounds_of(shape);
    all = {std::min(all.min_x, box.min_x), std::min(all.min_y, box.min_y), std::max(all.max_x, box.max_x),
           std::max(all.max_y, box.max_y)};
  }
  return all;
}

}  // namespace tocsin
