#pragma once

#include <cstddef>
#include <functional>

#include <tocsin/core/progress.hpp>

namespace tocsin {

/// What happens to each item i of a pipeline. `slot` names the buffer that the item has for itself from `read` to
/// `write`; slots go from 0 to Pipeline::slots - 1, and a stage that has nothing to do stays empty.
struct Pipeline {
  using Stage = std::function<void(std::size_t i, std::size_t slot)>;
  Stage read;     ///< one item after the other, in order
  Stage compute;  ///< many items at a time, in any order
  Stage write;    ///< one item after the other, in order
  /// Items in flight at most: memory is that of so many buffers. At least 1.
  std::size_t slots = 1;
};

/// Runs n items through the stages, so that reading, computing and writing overlap. What is written, and in which
/// order, does not depend on the number of threads. Advances the progress by one for each item written.
/// @throws Error cancelled; the first exception that a stage throws, once the items in flight have come to rest
void run_pipeline(std::size_t n, const Pipeline& pipeline, Progress& progress);

/// Buffers for a pipeline on this machine: twice as many as threads, so that none waits; not more than n, nor than
/// `most`; at least 1.
std::size_t pipeline_slots(std::size_t n, std::size_t most);

}  // namespace tocsin
