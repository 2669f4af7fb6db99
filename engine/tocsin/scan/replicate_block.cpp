#include <algorithm>

#include <tocsin/scan/replicate_block.hpp>

namespace tocsin {

template <typename Count>
ReplicateBlock<Count>::ReplicateBlock(const ReplicateScan& scan, const NullDraws& draws, std::uint32_t first)
    : scan_(scan), counts_(scan.sites.cases.size()), at_least_(scan.bins.size()), at_most_(scan.bins.size()) {
  for (std::size_t lane = 0; lane < scan_lanes; ++lane)
    draws.draw(first + static_cast<std::uint32_t>(lane), [&](std::uint32_t cell) { ++counts_[cell].lane[lane]; });
  const std::size_t intervals = scan.sites.intervals;
  if (intervals == 1) return;
  columns_.resize(intervals);
  by_interval_.resize(intervals);
  measure_.resize(intervals + 1);
  window_bins_.resize((scan.options.time == ScanTime::prospective ? 1 : intervals) * scan.most_intervals);
}

template <typename Count>
void ReplicateBlock<Count>::scan(std::span<const CentreWindows> centres) {
  for (const CentreWindows& windows : centres) {
    use_form(windows.form);
    windows_ = &windows;
    if (scan_.restricted.restricts()) {
      scan_restricted(windows);
    } else if (scan_.sites.intervals == 1) {
      scan_circle(windows);
    } else {
      scan_cylinders(windows);
    }
  }
}

template <typename Count>
void ReplicateBlock<Count>::use_form(std::uint32_t form) {
  if (factor_ == scan_.forms[form].factor) return;
  factor_ = scan_.forms[form].factor;
  for (std::size_t lane = 0; lane < scan_lanes; ++lane) use_level(lane);
}

/// Thresholds of one lane: what could beat its maximum, under the form's penalty.
template <typename Count>
void ReplicateBlock<Count>::use_level(std::size_t lane) {
  levels_[lane] = ThresholdTable::level_of(maxima_[lane] / factor_);
  const auto at_least = scan_.thresholds.at_least(levels_[lane]), at_most = scan_.thresholds.at_most(levels_[lane]);
  for (std::size_t bin = 0; bin < at_least.size(); ++bin) {
    at_least_[bin].lane[lane] = static_cast<Count>(at_least[bin]);
    at_most_[bin].lane[lane] = static_cast<Count>(at_most[bin]);
  }
}

template <typename Count>
void ReplicateBlock<Count>::offer(std::size_t lane, double cases, double measure) {
  const double expected = scan_.ratio.expected(measure);
  const ScanRates rates = scan_.options.rates;
  const bool high =
      rates != ScanRates::low && cases > expected && cases >= static_cast<double>(scan_.options.least_cases);
  const bool low = rates != ScanRates::high && cases < expected;
  if (!high && !low) return;
  const double value = scan_.ratio.of(cases, measure) * factor_;
  if (!(value > maxima_[lane])) return;
  maxima_[lane] = value;
  if (ThresholdTable::level_of(value / factor_) != levels_[lane]) use_level(lane);
}

template <typename Count>
void ReplicateBlock<Count>::scan_circle(const CentreWindows& windows) {
  RunScan<Count> scan;
  scan.sites = windows.sites.data();
  scan.runs = windows.runs.data();
  scan.run_count = windows.runs.size();
  scan.counts = counts_.data()->lane.data();
  scan.at_least = at_least_.data()->lane.data();
  scan.at_most = at_most_.data()->lane.data();
  scan.self = this;
  scan.look = [](void* self, std::size_t run, const Count* before, const Count* after) {
    static_cast<ReplicateBlock*>(self)->look_at_run(run, before, after);
  };
  lane_kernels<Count>(scan_.options.instructions).runs(scan, scan_.options.rates);
}

template <typename Count>
void ReplicateBlock<Count>::look_at_run(std::size_t run, const Count* before, const Count* after) {
  const WindowRun& here = windows_->runs[run];
  const std::size_t first = run == 0 ? 0 : windows_->runs[run - 1].end;
  const bool high = scan_.options.rates != ScanRates::low, low = scan_.options.rates != ScanRates::high;
  const Row& entering = counts_[windows_->sites[first]];
  for (std::size_t lane = 0; lane < scan_lanes; ++lane)
    if ((high && after[lane] >= at_least_[here.bin].lane[lane]) ||
        (low && before[lane] + entering.lane[lane] <= at_most_[here.bin].lane[lane]))
      look_at_lane(lane, first, here.end, here.bin, static_cast<double>(before[lane]), here.measure_before);
}

template <typename Count>
void ReplicateBlock<Count>::look_at_lane(std::size_t lane, std::size_t first, std::size_t end, std::size_t bin,
                                         double cases, double measure) {
  const Count& at_least = at_least_[bin].lane[lane];
  const Count& at_most = at_most_[bin].lane[lane];
  for (std::size_t k = first; k < end; ++k) {
    const std::uint32_t site = windows_->sites[k];
    cases += static_cast<double>(counts_[site].lane[lane]);
    measure += scan_.sites.site_measure[site];
    if (windows_->ends[k] == 0) continue;
    if (cases <= at_most || (cases >= at_least && cases > chord(lane, bin, measure))) offer(lane, cases, measure);
  }
}

/// Counts up to this fall short of the lane's level. The likelihood ratio is convex in cases and measure together, so
/// the least count that reaches a level is concave in the measure: it lies above the line between two bins' thresholds.
template <typename Count>
double ReplicateBlock<Count>::chord(std::size_t lane, std::size_t bin, double measure) const {
  const double low = at_least_[bin].lane[lane];
  if (bin + 1 == at_least_.size() || low <= static_cast<double>(scan_.options.least_cases)) return low - 1;
  const double begin = scan_.bins.lower(bin), end = scan_.bins.lower(bin + 1);
  const double share = std::clamp((measure - begin) / (end - begin), 0.0, 1.0);
  return low - 1 + share * (static_cast<double>(at_least_[bin + 1].lane[lane]) - low);
}

/// Extends each window only as long as every site may enter: that is not far.
template <typename Count>
void ReplicateBlock<Count>::scan_restricted(const CentreWindows& windows) {
  const auto scan_lane = [&](std::size_t lane, const auto& may_enter) {
    double cases = 0, measure = 0;
    for (std::size_t k = 0; k < windows.sites.size(); ++k) {
      const std::uint32_t site = windows.sites[k];
      const auto count = static_cast<double>(counts_[site].lane[lane]);
      if (!may_enter(site, count)) return;
      cases += count;
      measure += scan_.sites.site_measure[site];
      if (windows.ends[k] != 0) offer(lane, cases, measure);
    }
  };
  for (std::size_t lane = 0; lane < scan_lanes; ++lane) {
    if (scan_.options.rates != ScanRates::low)
      scan_lane(lane, [&](std::uint32_t site, double c) { return c >= scan_.restricted.at_least[site]; });
    if (scan_.options.rates != ScanRates::high)
      scan_lane(lane, [&](std::uint32_t site, double c) { return c <= scan_.restricted.at_most[site]; });
  }
}

template <typename Count>
void ReplicateBlock<Count>::scan_cylinders(const CentreWindows& windows) {
  const std::size_t intervals = scan_.sites.intervals, most = scan_.most_intervals;
  IntervalScan<Count> scan;
  scan.columns = columns_.data()->lane.data();
  scan.first_last = scan_.options.time == ScanTime::prospective ? intervals - 1 : 0;
  scan.intervals = intervals;
  scan.least = scan_.options.least_intervals;
  scan.most = most;
  scan.bins = window_bins_.data();
  scan.at_least = at_least_.data()->lane.data();
  scan.at_most = at_most_.data()->lane.data();
  scan.self = this;
  scan.look = [](void* self, std::size_t last) { static_cast<ReplicateBlock*>(self)->look_at_last(last); };
  const LaneKernels<Count>& kernels = lane_kernels<Count>(scan_.options.instructions);
  std::fill(columns_.begin(), columns_.end(), Row{});
  std::fill(by_interval_.begin(), by_interval_.end(), 0.0);
  for (std::size_t k = 0; k < windows.sites.size(); ++k) {
    const std::size_t first_cell = windows.sites[k] * intervals;
    for (std::size_t t = 0; t < intervals; ++t) {
      by_interval_[t] += scan_.sites.measure[first_cell + t];
      for (std::size_t lane = 0; lane < scan_lanes; ++lane)
        columns_[t].lane[lane] = static_cast<Count>(columns_[t].lane[lane] + counts_[first_cell + t].lane[lane]);
    }
    if (windows.ends[k] == 0) continue;
    for (std::size_t t = 0; t < intervals; ++t) measure_[t + 1] = measure_[t] + by_interval_[t];
    for (std::size_t last = scan.first_last; last < intervals; ++last)
      for (std::size_t length = 1; length <= std::min(most, last + 1); ++length)
        window_bins_[(last - scan.first_last) * most + length - 1] =
            scan_.bins.bin_of(measure_[last + 1] - measure_[last + 1 - length]);
    kernels.intervals(scan, scan_.options.rates);
  }
}

template <typename Count>
void ReplicateBlock<Count>::look_at_last(std::size_t last) {
  const std::size_t most = scan_.most_intervals;
  const std::size_t first_last = scan_.options.time == ScanTime::prospective ? scan_.sites.intervals - 1 : 0;
  for (std::size_t lane = 0; lane < scan_lanes; ++lane) {
    double cases = 0;
    for (std::size_t length = 1; length <= std::min(most, last + 1); ++length) {
      cases += static_cast<double>(columns_[last + 1 - length].lane[lane]);
      if (length < scan_.options.least_intervals) continue;
      const std::size_t bin = window_bins_[(last - first_last) * most + length - 1];
      if (cases >= at_least_[bin].lane[lane] || cases <= at_most_[bin].lane[lane])
        offer(lane, cases, measure_[last + 1] - measure_[last + 1 - length]);
    }
  }
}

template class ReplicateBlock<std::int16_t>;
template class ReplicateBlock<std::int32_t>;

}  // namespace tocsin
