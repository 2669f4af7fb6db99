#pragma once

#include <cstddef>
#include <cstdint>

#include <tocsin/core/instruction_set.hpp>
#include <tocsin/scan/windows.hpp>

namespace tocsin {

/// Replicates that are scanned side by side.
constexpr std::size_t scan_lanes = 32;

/// The inner loops of the scan, once for each instruction set; an internal part of scan_statistic(). Counts are 16 bits
/// wide where all cases fit, else 32; a table of counts holds scan_lanes numbers for each site (and interval).
template <typename Count>
struct RunScan {
  const std::uint32_t* sites = nullptr;
  const WindowRun* runs = nullptr;
  std::size_t run_count = 0;
  const Count* counts = nullptr;
  const Count* at_least = nullptr;  ///< by bin and lane; they may change while a run is looked at
  const Count* at_most = nullptr;
  /// Called for each run in which some lane may reach a threshold, with the lanes' cases before and after the run.
  void (*look)(void* self, std::size_t run, const Count* before, const Count* after) = nullptr;
  void* self = nullptr;
};

/// Windows of one set of sites over intervals [first, last] with first = last - k, k = least - 1 .. most - 1.
template <typename Count>
struct IntervalScan {
  const Count* columns = nullptr;  ///< by interval and lane: cases of the sites
  std::size_t first_last = 0, intervals = 0, least = 1, most = 1;
  const std::uint16_t* bins = nullptr;  ///< by last - first_last and k, `most` a row
  const Count* at_least = nullptr;
  const Count* at_most = nullptr;
  void (*look)(void* self, std::size_t last) = nullptr;  ///< called for each `last` with a window worth a look
  void* self = nullptr;
};

/// Which thresholds count: ScanRates::high looks at at_least alone, low at at_most, both at both.
template <typename Count>
struct LaneKernels {
  void (*runs)(const RunScan<Count>& scan, ScanRates rates);
  void (*intervals)(const IntervalScan<Count>& scan, ScanRates rates);
};

/// @param set  not above widest_instruction_set(); Count is std::int16_t or std::int32_t
template <typename Count>
const LaneKernels<Count>& lane_kernels(InstructionSet set);

}  // namespace tocsin
