#include <tocsin/ports/erase_events.hpp>

namespace tocsin {

void erase_events(EventBatch& batch, std::span<const std::uint8_t> gone) {
  batch.events.erase(gone);
  for (auto& mask : batch.matches) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < mask.size(); ++i)
      if (gone[i] == 0) mask[kept++] = mask[i];
    mask.resize(kept);
  }
}

}  // namespace tocsin
