#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/emerging/emerging.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/hotspot/detail/lag_moments.hpp>

namespace tocsin {
namespace {

constexpr std::size_t places_a_task = 256;

std::size_t tasks_for(std::size_t places) {
  return (places + places_a_task - 1) / places_a_task;
}

/// Number, mean and sum of squares about it of the observed values of some bins.
struct Moments {
  double n = 0, mean = 0, squares = 0;
  double least = std::numeric_limits<double>::infinity(), most = -least;

  [[nodiscard]] bool varies() const { return n >= 2 && most > least; }
};

Moments moments_of(std::span<const double> values) {
  Moments moments;
  double sum = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    moments.n += 1;
    sum += value;
    moments.least = std::min(moments.least, value);
    moments.most = std::max(moments.most, value);
  }
  if (moments.n == 0) return moments;
  moments.mean = sum / moments.n;
  for (const double value : values)
    if (!std::isnan(value)) moments.squares += (value - moments.mean) * (value - moments.mean);
  return moments;
}

/// Of the bins of both (Chan, Golub and LeVeque 1983, Am. Stat. 37:242): no large squares are subtracted.
Moments merged(const Moments& a, const Moments& b) {
  if (a.n == 0) return b;
  if (b.n == 0) return a;
  Moments both;
  both.n = a.n + b.n;
  const double apart = b.mean - a.mean;
  both.mean = a.mean + apart * (b.n / both.n);
  both.squares = a.squares + b.squares + apart * apart * (a.n * b.n / both.n);
  both.least = std::min(a.least, b.least);
  both.most = std::max(a.most, b.most);
  return both;
}

/// The moments that each period's bins are compared with.
std::vector<Moments> window_moments(const SpaceTimeCube& cube, int time_steps, ComparisonWindow window) {
  std::vector<Moments> of_period(cube.periods.size()), of_window(cube.periods.size());
  parallel_for(of_period.size(), [&](std::size_t t) { of_period[t] = moments_of(cube.slice(t)); });
  Moments all;
  for (const Moments& moments : of_period) all = merged(all, moments);
  for (std::size_t t = 0; t < of_window.size(); ++t) {
    const auto reach = std::min(t, static_cast<std::size_t>(time_steps));
    for (std::size_t k = t - reach; k <= t; ++k) of_window[t] = merged(of_window[t], of_period[k]);
    if (window == ComparisonWindow::cube) of_window[t] = all;
    if (window == ComparisonWindow::step) of_window[t] = of_period[t];
  }
  return of_window;
}

/// Sums over the observed neighbours of a bin, itself among them.
struct LagSums {
  double x = 0;  ///< of w (x - origin)
  double w = 0, w2 = 0;

  void add(double weight, double value) {
    x += weight * value;
    w += weight;
    w2 += weight * weight;
  }
};

class GiOfBins {
 public:
  GiOfBins(const SpaceTimeCube& cube, const Neighbours& neighbours, int time_steps, ComparisonWindow window)
      : cube_(cube),
        neighbours_(neighbours),
        time_steps_(static_cast<std::size_t>(time_steps)),
        windows_(window_moments(cube, time_steps, window)) {
    // Values are summed from a common origin, so that adding a constant to all of them changes nothing but rounding.
    for (const Moments& moments : windows_)
      if (moments.n > 0) origin_ = moments.mean;
    result_.z.assign(cube.values.size(), not_observed);
    result_.p.assign(cube.values.size(), not_observed);
  }

  SpaceTimeGi run(Progress& progress) && {
    const std::size_t tasks = tasks_for(cube_.places);
    progress.stage("Gi* in space and time", static_cast<std::int64_t>(tasks));
    parallel_for(tasks, progress, [&](std::size_t task) {
      const std::size_t first = task * places_a_task, end = std::min(cube_.places, first + places_a_task);
      std::vector<LagSums> sums(cube_.periods.size());
      for (std::size_t place = first; place < end; ++place) {
        for (std::size_t t = 0; t < sums.size(); ++t) sums[t] = sums_in_period(t, place);
        for (std::size_t t = 0; t < sums.size(); ++t) set_bin(t, place, sums);
      }
    });
    return std::move(result_);
  }

 private:
  [[nodiscard]] LagSums sums_in_period(std::size_t t, std::size_t place) const {
    LagSums sums;
    const std::span<const double> values = cube_.slice(t);
    const auto indices = neighbours_.indices(place);
    bool has_self = false;
    for (std::size_t k = 0; k < indices.size(); ++k) {
      has_self = has_self || indices[k] == place;
      const double value = values[indices[k]];
      if (!std::isnan(value)) sums.add(neighbours_.weight(place, k), value - origin_);
    }
    if (!has_self && !std::isnan(values[place])) sums.add(1, values[place] - origin_);
    return sums;
  }

  void set_bin(std::size_t t, std::size_t place, std::span<const LagSums> of_period) {
    const std::size_t bin = t * cube_.places + place;
    const Moments& window = windows_[t];
    if (std::isnan(cube_.values[bin]) || !window.varies()) return;
    LagSums sums;
    for (std::size_t k = t - std::min(t, time_steps_); k <= t; ++k) {
      sums.x += of_period[k].x;
      sums.w += of_period[k].w;
      sums.w2 += of_period[k].w2;
    }
    // Where all bins of the window are neighbours with one weight their sum is fixed: n S1 - W^2 is 0 but for rounding.
    const double spread = window.n * sums.w2 - sums.w * sums.w;
    if (!(spread > 1e-12 * window.n * sums.w2)) return;
    const double variance = window.squares / window.n * spread / (window.n - 1);
    const double z = (sums.x - (window.mean - origin_) * sums.w) / std::sqrt(variance);
    result_.z[bin] = z;
    result_.p[bin] = detail::two_sided_p(z);
  }

  const SpaceTimeCube& cube_;
  const Neighbours& neighbours_;
  std::size_t time_steps_;
  std::vector<Moments> windows_;  ///< by period
  double origin_ = 0;
  SpaceTimeGi result_;
};

/// The largest p that is significant; 0 where none is.
double threshold_of(const std::vector<double>& p, double alpha, BinCorrection correction) {
  if (correction == BinCorrection::none) return alpha;
  std::vector<double> small;
  double defined = 0;
  for (const double value : p) {
    if (std::isnan(value)) continue;
    defined += 1;
    if (value <= alpha) small.push_back(value);
  }
  std::sort(small.begin(), small.end());
  for (std::size_t k = small.size(); k-- > 0;)
    if (small[k] <= alpha * static_cast<double>(k + 1) / defined) return small[k];
  return 0;
}

BinClass class_of(double z, double p, double p_at_most) {
  if (std::isnan(z)) return BinClass::gap;
  if (!(p <= p_at_most)) return BinClass::neither;
  return z > 0 ? BinClass::hot : BinClass::cold;
}

EmergingPlace judge(std::span<const double> z, std::span<const BinClass> bins, const CategoryRules& rules) {
  EmergingPlace place;
  for (std::size_t t = 0; t < bins.size(); ++t) {
    if (bins[t] == BinClass::gap) continue;
    ++place.observed;
    place.last_observed = static_cast<int>(t);
    if (bins[t] == BinClass::cold) ++place.cold;
    if (bins[t] != BinClass::hot) continue;
    if (place.hot++ == 0) place.first_hot = static_cast<int>(t);
    place.last_hot = static_cast<int>(t);
  }
  place.trend = mann_kendall(z);
  place.decision = categorise(bins, place.trend.z, place.trend.p, rules);
  return place;
}

void check(const SpaceTimeCube& cube, const Neighbours& neighbours, int time_steps, ComparisonWindow window) {
  if (cube.values.size() != cube.places * cube.periods.size() || neighbours.size() != cube.places)
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} values and neighbours of {} places for a cube of {} places and {} periods",
                            cube.values.size(), neighbours.size(), cube.places, cube.periods.size()));
  if (std::any_of(cube.values.begin(), cube.values.end(), [](double value) { return std::isinf(value); }))
    throw Error(ErrorCode::invalid_argument, "a value of the cube is infinite; values are numbers, or NaN for a gap");
  if (time_steps < 0) throw Error(ErrorCode::invalid_argument, fmt::format("{} time steps: 0 or more", time_steps));
  if (window == ComparisonWindow::step && time_steps > 0)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} time steps with a window of a single step: a neighbourhood is compared with bins that "
                            "it is a part of; take 0 time steps, or the window of the neighbourhood",
                            time_steps));
}

}  // namespace

void EmergingOptions::validate() const {
  if (!(alpha > 0 && alpha < 1))
    throw Error(ErrorCode::invalid_argument, fmt::format("alpha {}: above 0 and below 1", alpha));
  rules.validate();
}

SpaceTimeGi space_time_gi(const SpaceTimeCube& cube, const Neighbours& neighbours, int time_steps,
                          ComparisonWindow window, Progress& progress) {
  check(cube, neighbours, time_steps, window);
  return GiOfBins(cube, neighbours, time_steps, window).run(progress);
}

EmergingHotspots emerging_hotspots(const SpaceTimeCube& cube, const Neighbours& neighbours,
                                   const EmergingOptions& options, Progress& progress) {
  options.validate();
  if (cube.periods.size() < static_cast<std::size_t>(options.rules.least_periods))
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("{} periods are too few to tell a trend; take shorter periods or a longer time: at least {}",
                    cube.periods.size(), options.rules.least_periods));
  EmergingHotspots result;
  result.gi = space_time_gi(cube, neighbours, options.time_steps, options.window, progress);
  result.p_at_most = threshold_of(result.gi.p, options.alpha, options.correction);
  result.bins.resize(cube.values.size());
  result.of_place.resize(cube.places);
  const std::size_t periods = cube.periods.size(), tasks = tasks_for(cube.places);
  progress.stage("categories", static_cast<std::int64_t>(tasks));
  parallel_for(tasks, progress, [&](std::size_t task) {
    std::vector<double> z(periods);
    std::vector<BinClass> bins(periods);
    for (std::size_t place = task * places_a_task; place < std::min(cube.places, (task + 1) * places_a_task); ++place) {
      int gaps = 0;
      for (std::size_t t = 0; t < periods; ++t) {
        const std::size_t bin = t * cube.places + place;
        z[t] = result.gi.z[bin];
        bins[t] = result.bins[bin] = class_of(z[t], result.gi.p[bin], result.p_at_most);
        if (std::isnan(cube.values[bin])) ++gaps;
      }
      result.of_place[place] = judge(z, bins, options.rules);
      result.of_place[place].gaps = gaps;
    }
  });
  return result;
}

EmergingHotspots emerging_hotspots(const SpaceTimeCube& cube, const Neighbours& neighbours,
                                   const EmergingOptions& options) {
  Progress silent;
  return emerging_hotspots(cube, neighbours, options, silent);
}

}  // namespace tocsin
