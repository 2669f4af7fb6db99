#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <memory>
#include <numbers>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/scan/secondary.hpp>
#include <tocsin/scan/significance.hpp>
#include <tocsin/scan/window_store.hpp>

namespace tocsin {
namespace {

constexpr std::size_t blocks_until_a_look = 4;  // where replicates may stop early
constexpr std::size_t most_found = 100;         // clusters in space-time: each costs a scan of the data

std::size_t longest_window(const ScanSites& sites, const ScanOptions& options) {
  if (sites.intervals == 1) return 1;
  const double share = std::floor(options.most_time * static_cast<double>(sites.intervals) * (1 + 1e-12));
  const std::size_t most = std::min(static_cast<std::size_t>(share), options.most_intervals);
  if (most < options.least_intervals)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("scan: windows are at most {} of {} intervals long and at least {}; allow longer ones",
                            most, sites.intervals, options.least_intervals));
  return most;
}

/// What does not change while replicates run.
struct Setting {
  const ScanSites& sites;
  const ScanOptions& options;
  NullDraws draws;
  LikelihoodRatio observed_ratio, null_ratio;
  MeasureBins bins;
  ThresholdTable observed_thresholds, null_thresholds;
  RestrictedPlaces restricted;
  std::vector<WindowForm> forms;
  std::size_t most_intervals;

  Setting(const ScanSites& in_sites, const ScanOptions& in_options)
      : sites(in_sites),
        options(in_options),
        draws(sites, options.model, options.seed),
        observed_ratio(options.model, sites.total_cases, sites.total_measure),
        null_ratio(options.model, static_cast<double>(draws.cases()), sites.total_measure),
        bins(observed_ratio, sites.size()),
        observed_thresholds(observed_ratio, bins, options),
        null_thresholds(null_ratio.cases() == observed_ratio.cases() ? observed_thresholds
                                                                     : ThresholdTable(null_ratio, bins, options)),
        restricted(restricted_places(sites, options, sites.total_cases)),
        forms(window_forms(options)),
        most_intervals(longest_window(sites, options)) {}

  [[nodiscard]] ReplicateScan observed() const {
    return {sites, options, forms, observed_ratio, bins, observed_thresholds, restricted, most_intervals};
  }
  [[nodiscard]] ReplicateScan null() const {
    return {sites, options, forms, null_ratio, bins, null_thresholds, restricted, most_intervals};
  }
};

/// The best window of each centre, for each size: over all forms.
class BestByCentre {
 public:
  BestByCentre(const ReplicateScan& scan, std::vector<double> sizes)
      : scan_(scan), sizes_(std::move(sizes)), best_(sizes_.size()) {
    for (auto& of_size : best_) of_size.resize(scan.sites.size());
  }
  void add(std::span<const CentreWindows> centres, const TakenCells& taken) {
    parallel_for(centres.size(), [&](std::size_t i) {
      std::vector<FoundWindow> found = best_windows(scan_, centres[i], sizes_, taken);
      for (std::size_t size = 0; size < sizes_.size(); ++size) {
        FoundWindow& best = best_[size][centres[i].centre];
        if (found[size].llr > 0 && (best.llr <= 0 || more_likely(scan_, found[size], best)))
          best = std::move(found[size]);
      }
    });
  }
  [[nodiscard]] const std::vector<double>& sizes() const { return sizes_; }
  [[nodiscard]] const std::vector<FoundWindow>& of_size(std::size_t size) const { return best_[size]; }
  /// Of all centres, for the largest size; its llr is 0 when there is none.
  [[nodiscard]] FoundWindow most_likely() const {
    const auto& best = best_.back();
    return *std::min_element(best.begin(), best.end(), [&](const FoundWindow& a, const FoundWindow& b) {
      if ((a.llr > 0) != (b.llr > 0)) return a.llr > 0;
      return a.llr > 0 && more_likely(scan_, a, b);
    });
  }

 private:
  const ReplicateScan& scan_;
  std::vector<double> sizes_;
  std::vector<std::vector<FoundWindow>> best_;
};

/// How many blocks of replicates are held at a time.
template <typename Count>
std::size_t blocks_at_a_time(const Setting& setting, std::size_t blocks) {
  const double each = ReplicateBlock<Count>::bytes(setting.sites);
  const double fitting = std::floor(setting.options.memory_bytes / 2 / each);
  if (fitting < 1)
    throw Error(ErrorCode::memory,
                fmt::format("scan: {} places over {} intervals need {:.0f} MB for {} replicates at a time; allow more "
                            "memory or take longer intervals",
                            setting.sites.size(), setting.sites.intervals, 2 * each / 1e6, scan_lanes));
  const auto most = static_cast<std::size_t>(std::min(fitting, 1e9));
  return std::min(most, setting.options.stop_after > 0 ? std::min(blocks, blocks_until_a_look) : blocks);
}

/// Drops what ran after the replicate that made it `stop_after` that reached the observed value.
bool stopped(std::vector<double>& maxima, double observed, std::int64_t stop_after) {
  if (stop_after == 0) return false;
  std::int64_t reached = 0;
  for (std::size_t r = 0; r < maxima.size(); ++r) {
    if (maxima[r] >= reaching(observed)) ++reached;
    if (reached < stop_after) continue;
    maxima.resize(r + 1);
    return true;
  }
  return false;
}

/// One pass over the windows scans the data and the first replicates; further passes more replicates.
template <typename Count>
void run_passes(const Setting& setting, WindowStore& store, BestByCentre& best, ScanResult& result,
                Progress& progress) {
  const ReplicateScan scan = setting.null();
  const auto replicates = static_cast<std::size_t>(setting.options.replicates);
  const std::size_t blocks = (replicates + scan_lanes - 1) / scan_lanes;
  const std::size_t together = blocks_at_a_time<Count>(setting, std::max<std::size_t>(blocks, 1));
  progress.stage("scanning", static_cast<std::int64_t>(store.parts() *
                                                       std::max<std::size_t>(1, (blocks + together - 1) / together)));
  std::size_t next = 0;
  for (bool first_pass = true; first_pass || next < blocks; first_pass = false) {
    std::vector<std::unique_ptr<ReplicateBlock<Count>>> running(std::min(together, blocks - next));
    parallel_for(running.size(), [&](std::size_t i) {
      running[i] = std::make_unique<ReplicateBlock<Count>>(scan, setting.draws,
                                                           static_cast<std::uint32_t>((next + i) * scan_lanes));
    });
    for (std::size_t part = 0; part < store.parts(); ++part) {
      const std::span<const CentreWindows> centres = store.part(part);
      if (first_pass) best.add(centres, {});
      parallel_for(running.size(), [&](std::size_t i) {
        throw_if_cancelled(progress);
        running[i]->scan(centres);
      });
      throw_if_cancelled(progress);
      progress.advance();
    }
    for (const auto& block : running)
      result.null_maxima.insert(result.null_maxima.end(), block->maxima().begin(), block->maxima().end());
    result.null_maxima.resize(std::min(result.null_maxima.size(), replicates));
    next += running.size();
    result.p_is_sequential = stopped(result.null_maxima, best.most_likely().llr, setting.options.stop_after);
    if (result.p_is_sequential) return;
  }
}

void take(const ScanSites& sites, const FoundWindow& window, TakenCells& taken) {
  for (const std::uint32_t site : window.sites)
    for (std::size_t t = window.first_interval; t <= window.last_interval; ++t) taken[site * sites.intervals + t] = 1;
}

/// In space-time: the best of all windows that hold nothing of better ones, again and again.
std::vector<FoundWindow> best_of_the_rest(const ReplicateScan& scan, WindowStore& store, FoundWindow first,
                                          double least_llr, Progress& progress) {
  std::vector<FoundWindow> chosen;
  TakenCells taken(scan.sites.cases.size());
  while (first.llr > least_llr && chosen.size() < most_found) {
    fill_sites(scan, first);
    take(scan.sites, first, taken);
    chosen.push_back(std::move(first));
    BestByCentre rest(scan, {scan.options.most_at_risk});
    for (std::size_t part = 0; part < store.parts(); ++part) {
      throw_if_cancelled(progress);
      rest.add(store.part(part), taken);
    }
    first = rest.most_likely();
  }
  return chosen;
}

std::vector<FoundWindow> gini_collection(const ReplicateScan& scan, const BestByCentre& best,
                                         const NullDistribution& null, double least_llr, ScanResult& result) {
  std::vector<FoundWindow> chosen = without_overlap(scan, best.of_size(best.sizes().size() - 1), least_llr);
  double highest = 0;
  for (std::size_t size = 0; size < best.sizes().size(); ++size) {
    const std::vector<FoundWindow> windows = without_overlap(scan, best.of_size(size), least_llr);
    std::vector<FoundWindow> significant;
    std::copy_if(windows.begin(), windows.end(), std::back_inserter(significant),
                 [&](const FoundWindow& window) { return null.p(window.llr) <= scan.options.significance; });
    const double gini = significant.empty() ? 0 : gini_coefficient(scan, significant);
    if (!(gini > highest)) continue;
    highest = gini;
    chosen = windows;
    result.gini_share = best.sizes()[size];
  }
  return chosen;
}

ScanCluster cluster_of(const ReplicateScan& scan, const FoundWindow& window) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const ScanSites& sites = scan.sites;
  const WindowForm& form = scan.forms[window.form];
  ScanCluster cluster;
  for (const std::uint32_t site : window.sites) {
    cluster.places.insert(cluster.places.end(), sites.places[site].begin(), sites.places[site].end());
    cluster.at_risk += sites.site_measure[site] / static_cast<double>(sites.intervals);
    // Sites that enter together differ in their last digits.
    cluster.radius_m = std::max(cluster.radius_m, window_radius(sites, form, window.centre, site));
  }
  cluster.centre = sites.places[window.centre].front();
  cluster.shape = form.shape;
  cluster.angle_degrees = form.angle * 180 / std::numbers::pi;
  cluster.first_interval = window.first_interval;
  cluster.last_interval = window.last_interval;
  cluster.rates = window.high ? ScanRates::high : ScanRates::low;
  cluster.cases = window.cases;
  cluster.expected = scan.ratio.expected(window.measure);
  const double outside = scan.ratio.cases() - window.cases, outside_expected = scan.ratio.cases() - cluster.expected;
  cluster.relative_risk = (window.cases / cluster.expected) / (outside / outside_expected);
  if (!(outside_expected > 0)) cluster.relative_risk = nan;
  cluster.llr = window.llr;
  return cluster;
}

void add_significance(const ScanSites& sites, const ScanData& data, const ScanOptions& options,
                      const NullDistribution& null, ScanResult& result) {
  for (std::size_t i = 0; i < result.clusters.size(); ++i) {
    ScanCluster& cluster = result.clusters[i];
    cluster.p = i == 0 && result.p_is_sequential
                    ? static_cast<double>(options.stop_after) / static_cast<double>(result.null_maxima.size())
                    : null.p(cluster.llr);
    cluster.p_gumbel = null.p_gumbel(cluster.llr);
    cluster.recurrence_days = sites.intervals > 1 && options.time == ScanTime::prospective
                                  ? data.interval_days / cluster.p
                                  : std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace

void ScanOptions::validate() const {
  const auto refuse = [](const char* what) { throw Error(ErrorCode::invalid_argument, fmt::format("scan: {}", what)); };
  if (!(most_at_risk > 0 && most_at_risk <= 1)) refuse("most_at_risk must be a share above 0 and up to 1");
  if (!(most_time > 0 && most_time <= 1)) refuse("most_time must be a share above 0 and up to 1");
  if (!(most_radius_m >= 0)) refuse("most_radius_m must be 0 or more");
  if (least_intervals < 1) refuse("least_intervals must be at least 1");
  if (least_cases < 1) refuse("least_cases must be at least 1");
  if (replicates < 0 || replicates > 10'000'000) refuse("replicates must be between 0 and 10,000,000");
  if (stop_after < 0) refuse("stop_after must be 0 (all replicates run) or more");
  if (restricted_below && !(*restricted_below > 0 && *restricted_below < 1))
    refuse("restricted_below must be a probability between 0 and 1");
  if (!(significance > 0 && significance < 1)) refuse("significance must be a probability between 0 and 1");
  if (!(memory_bytes > 0)) refuse("memory_bytes must be more than 0");
  if (secondary == SecondaryClusters::gini && replicates == 0) refuse("the Gini coefficient needs replicates");
}

ScanResult scan_statistic(const ScanData& data, const ScanOptions& options, Progress& progress) {
  options.validate();
  const ScanSites sites = scan_sites(data, options);
  const bool gini = options.secondary == SecondaryClusters::gini;
  if (gini && sites.intervals > 1)
    throw Error(ErrorCode::invalid_argument, "scan: the Gini coefficient is for purely spatial scans");
  const Setting setting(sites, options);
  const ReplicateScan scan = setting.observed();
  WindowStore store(sites, options, setting.forms, setting.bins, options.memory_bytes / 4);
  BestByCentre best(scan, gini ? gini_sizes(options.most_at_risk) : std::vector<double>{options.most_at_risk});
  ScanResult result;
  result.cases = sites.total_cases;
  result.at_risk = sites.total_measure / static_cast<double>(sites.intervals);
  result.places = sites.observed_places;
  result.sites = sites.size();
  result.not_observed = sites.not_observed;
  // Thresholds go one beyond the cases.
  if (sites.total_cases < 32'000) {
    run_passes<std::int16_t>(setting, store, best, result, progress);
  } else {
    run_passes<std::int32_t>(setting, store, best, result, progress);
  }
  const NullDistribution null(result.null_maxima);
  // The most likely cluster is reported also where every replicate surpassed it.
  const double least_llr = std::min(null.least(), best.most_likely().llr * (1 - 1e-8));
  std::vector<FoundWindow> found;
  if (gini) {
    found = gini_collection(scan, best, null, least_llr, result);
  } else if (sites.intervals == 1) {
    found = without_overlap(scan, best.of_size(0), least_llr);
  } else {
    found = best_of_the_rest(scan, store, best.most_likely(), least_llr, progress);
  }
  for (const FoundWindow& window : found) result.clusters.push_back(cluster_of(scan, window));
  add_significance(sites, data, options, null, result);
  return result;
}

ScanResult scan_statistic(const ScanData& data, const ScanOptions& options) {
  Progress silent;
  return scan_statistic(data, options, silent);
}

}  // namespace tocsin
