#pragma once

#include <cstdint>
#include <span>

#include <tocsin/ports/sources.hpp>

namespace tocsin {

/// Takes the events of the mask out of a batch, and their answers to its filters; its counts stay as they are.
void erase_events(EventBatch& batch, std::span<const std::uint8_t> gone);

}  // namespace tocsin
