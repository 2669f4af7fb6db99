#include <algorithm>
#include <cmath>
#include <tuple>

#include <tocsin/scan/observed.hpp>

namespace tocsin {
namespace {

/// Looks for the best window while a centre's sites enter one after the other. Cases need not be whole numbers.
class BestOfCentre {
 public:
  BestOfCentre(const ReplicateScan& scan, const CentreWindows& windows)
      : scan_(scan), windows_(windows), factor_(scan.forms[windows.form].factor) {
    best_.centre = windows.centre;
    best_.form = windows.form;
    use_level();
  }

  /// @param end  the window holds the sites before this position
  void offer(std::size_t end, std::size_t first, std::size_t last, double cases, double measure, bool may_be_high,
             bool may_be_low) {
    const std::uint16_t bin = scan_.bins.bin_of(measure);
    const double expected = scan_.ratio.expected(measure);
    // Thresholds are for whole numbers of cases.
    const bool high = may_be_high && cases > expected && cases > at_least_[bin] - 1 &&
                      cases >= static_cast<double>(scan_.options.least_cases);
    const bool low = may_be_low && cases < expected && cases < at_most_[bin] + 1;
    if (!high && !low) return;
    const double llr = scan_.ratio.of(cases, measure) * factor_;
    if (!(llr > best_.llr)) return;
    best_.llr = llr;
    best_.first_interval = first;
    best_.last_interval = last;
    best_.cases = cases;
    best_.measure = measure;
    best_.high = high;
    best_.size = static_cast<std::uint32_t>(end);
    use_level();
  }

  [[nodiscard]] FoundWindow best() const {
    FoundWindow found = best_;
    if (found.size > 0)
      found.radius_m =
          window_radius(scan_.sites, scan_.forms[found.form], found.centre, windows_.sites[found.size - 1]);
    return found;
  }

 private:
  void use_level() {
    const std::size_t level = ThresholdTable::level_of(best_.llr / factor_);
    at_least_ = scan_.thresholds.at_least(level);
    at_most_ = scan_.thresholds.at_most(level);
  }

  const ReplicateScan& scan_;
  const CentreWindows& windows_;
  double factor_;
  FoundWindow best_;
  std::span<const std::int32_t> at_least_, at_most_;
};

/// The sites of a centre, as they enter: cases and measure by interval.
class GrowingWindow {
 public:
  GrowingWindow(const ReplicateScan& scan, const TakenCells& taken)
      : scan_(scan),
        taken_(taken),
        cases_(scan.sites.intervals),
        measure_(scan.sites.intervals),
        blocked_(scan.sites.intervals) {}

  void add(std::uint32_t site) {
    for (std::size_t t = 0; t < cases_.size(); ++t) {
      const std::size_t cell = site * cases_.size() + t;
      cases_[t] += scan_.sites.cases[cell];
      measure_[t] += scan_.sites.measure[cell];
      if (!taken_.empty() && taken_[cell] != 0) blocked_[t] = 1;
    }
    if (!scan_.restricted.restricts()) return;
    may_be_high_ = may_be_high_ && scan_.sites.cases[site] >= scan_.restricted.at_least[site];
    may_be_low_ = may_be_low_ && scan_.sites.cases[site] <= scan_.restricted.at_most[site];
  }
  /// False once no window that holds these sites can count.
  [[nodiscard]] bool may_grow() const { return (may_be_high_ || may_be_low_) && !(cases_.size() == 1 && blocked_[0]); }

  void offer_all(std::size_t end, BestOfCentre& best) {
    const std::size_t intervals = cases_.size();
    if (intervals == 1) {
      best.offer(end, 0, 0, cases_[0], measure_[0], high(), low());
      return;
    }
    cumulative_.resize(intervals + 1);
    for (std::size_t t = 0; t < intervals; ++t) cumulative_[t + 1] = cumulative_[t] + measure_[t];
    for (std::size_t last = scan_.options.time == ScanTime::prospective ? intervals - 1 : 0; last < intervals; ++last) {
      double cases = 0;
      for (std::size_t length = 1; length <= std::min(scan_.most_intervals, last + 1); ++length) {
        const std::size_t first = last + 1 - length;
        if (blocked_[first] != 0) break;
        cases += cases_[first];
        if (length < scan_.options.least_intervals) continue;
        best.offer(end, first, last, cases, cumulative_[last + 1] - cumulative_[first], high(), low());
      }
    }
  }

 private:
  [[nodiscard]] bool high() const { return may_be_high_ && scan_.options.rates != ScanRates::low; }
  [[nodiscard]] bool low() const { return may_be_low_ && scan_.options.rates != ScanRates::high; }

  const ReplicateScan& scan_;
  const TakenCells& taken_;
  std::vector<double> cases_, measure_, cumulative_;
  std::vector<std::uint8_t> blocked_;
  bool may_be_high_ = true, may_be_low_ = true;
};

}  // namespace

std::vector<FoundWindow> best_windows(const ReplicateScan& scan, const CentreWindows& windows,
                                      std::span<const double> sizes, const TakenCells& taken) {
  std::vector<FoundWindow> found;
  BestOfCentre best(scan, windows);
  GrowingWindow window(scan, taken);
  double inside = 0;
  for (std::size_t k = 0; k < windows.sites.size(); ++k) {
    window.add(windows.sites[k]);
    if (!window.may_grow()) break;
    inside += scan.sites.site_measure[windows.sites[k]];
    if (windows.ends[k] == 0) continue;
    while (found.size() < sizes.size() && inside > sizes[found.size()] * scan.sites.total_measure * (1 + 1e-12))
      found.push_back(best.best());
    if (found.size() == sizes.size()) break;
    window.offer_all(k + 1, best);
  }
  while (found.size() < sizes.size()) found.push_back(best.best());
  return found;
}

void fill_sites(const ReplicateScan& scan, FoundWindow& window) {
  WindowBuilder builder(scan.sites, scan.options, scan.bins);
  window.sites = builder.build(scan.forms[window.form], window.form, window.centre).sites;
  window.sites.resize(window.size);
}

bool more_likely(const ReplicateScan& scan, const FoundWindow& a, const FoundWindow& b) {
  const auto key = [&](const FoundWindow& window) {
    return std::tuple(-std::round(window.llr * 1e9), window.size, window.radius_m, window.form,
                      window.last_interval - window.first_interval, scan.sites.x[window.centre],
                      scan.sites.y[window.centre], window.first_interval);
  };
  return key(a) < key(b);
}

}  // namespace tocsin
