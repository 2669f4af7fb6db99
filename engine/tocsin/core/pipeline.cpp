#include <algorithm>

#include <tocsin/core/parallel.hpp>
#include <tocsin/core/pipeline.hpp>

namespace tocsin {

std::size_t pipeline_slots(std::size_t n, std::size_t most) {
  return std::max<std::size_t>(1, std::min({n, most, 2 * thread_count()}));
}

}  // namespace tocsin
