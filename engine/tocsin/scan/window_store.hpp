#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/scan/windows.hpp>

namespace tocsin {

/// All windows, in parts that fit the processor's caches. Parts are built by all threads when they are asked for, and
/// kept for the next time where memory allows.
class WindowStore {
 public:
  /// @param memory_bytes  for the parts that are kept
  WindowStore(const ScanSites& sites, const ScanOptions& options, const std::vector<WindowForm>& forms,
              const MeasureBins& bins, double memory_bytes);

  [[nodiscard]] std::size_t parts() const { return parts_a_form_ * forms_.size(); }
  /// Valid until the next call.
  std::span<const CentreWindows> part(std::size_t i);

 private:
  const ScanSites& sites_;
  const ScanOptions& options_;
  const std::vector<WindowForm>& forms_;
  const MeasureBins& bins_;
  std::size_t centres_a_part_, parts_a_form_;
  bool keeps_;
  std::vector<std::vector<CentreWindows>> kept_;
};

}  // namespace tocsin
