#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/scan/lane_kernels.hpp>
#include <tocsin/scan/null_draws.hpp>
#include <tocsin/scan/restricted.hpp>
#include <tocsin/scan/windows.hpp>

namespace tocsin {

/// What all replicates are scanned with.
struct ReplicateScan {
  const ScanSites& sites;
  const ScanOptions& options;
  const std::vector<WindowForm>& forms;
  const LikelihoodRatio& ratio;  ///< of the replicates: their cases are a whole number
  const MeasureBins& bins;
  const ThresholdTable& thresholds;
  const RestrictedPlaces& restricted;  ///< empty: all places may enter
  std::size_t most_intervals = 1;      ///< in a window
};

/// 32 replicates side by side, and the largest log likelihood ratio that each has met. Windows may come in any order
/// and in any parts: the result is the same.
template <typename Count>
class ReplicateBlock {
 public:
  /// @param first  number of its first replicate
  ReplicateBlock(const ReplicateScan& scan, const NullDraws& draws, std::uint32_t first);

  void scan(std::span<const CentreWindows> centres);
  [[nodiscard]] const std::array<double, scan_lanes>& maxima() const { return maxima_; }
  static double bytes(const ScanSites& sites) {
    return static_cast<double>(sites.cases.size() * scan_lanes * sizeof(Count));
  }

 private:
  void use_form(std::uint32_t form);
  void use_level(std::size_t lane);
  void offer(std::size_t lane, double cases, double measure);
  void scan_circle(const CentreWindows& windows);
  void scan_cylinders(const CentreWindows& windows);
  void scan_restricted(const CentreWindows& windows);
  void look_at_run(std::size_t run, const Count* before, const Count* after);
  void look_at_lane(std::size_t lane, std::size_t first, std::size_t end, std::size_t bin, double cases,
                    double measure);
  [[nodiscard]] double chord(std::size_t lane, std::size_t bin, double measure) const;
  void look_at_last(std::size_t last);

  struct alignas(64) Row {
    std::array<Count, scan_lanes> lane{};
  };
  const ReplicateScan& scan_;
  std::vector<Row> counts_;              ///< by cell
  std::vector<Row> at_least_, at_most_;  ///< by bin
  std::array<double, scan_lanes> maxima_{};
  std::array<std::size_t, scan_lanes> levels_{};
  double factor_ = 0;  ///< of the form in use; 0: none yet
  // What is being scanned.
  const CentreWindows* windows_ = nullptr;
  std::vector<Row> columns_;         ///< by interval: cases of the sites so far
  std::vector<double> measure_;      ///< by interval: cumulative measure of the sites so far, intervals + 1
  std::vector<double> by_interval_;  ///< by interval: measure of the sites so far
  std::vector<std::uint16_t> window_bins_;
};

}  // namespace tocsin
