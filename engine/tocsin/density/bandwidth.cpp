#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>
#include <utility>

#include <boost/geometry/algorithms/simplify.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/bandwidth.hpp>
#include <tocsin/density/edge.hpp>
#include <tocsin/density/place_sums.hpp>

namespace tocsin {

namespace {

constexpr std::size_t least_places = 3, places_for_likelihood = 50;
constexpr int curve_values = 17;
constexpr double precision = 1e-3;  // of the bandwidth; no map shows less

constexpr std::array<std::pair<std::string_view, BandwidthSelector>, 4> names{
    {{"auto", BandwidthSelector::automatic},
     {"scott", BandwidthSelector::scott},
     {"diggle", BandwidthSelector::diggle},
     {"likelihood", BandwidthSelector::likelihood}}};

/// Integral of the squared kernel and variance along an axis, both for bandwidth 1.
std::pair<double, double> roughness_and_variance(Kernel kernel) {
  using std::numbers::inv_pi;
  const auto power = [](double p) { return std::pair{(p + 1) * (p + 1) / (2 * p + 1) * inv_pi, 1 / (2 * (p + 2))}; };
  switch (kernel) {
    case Kernel::uniform:
      return power(0);
    case Kernel::triangular:
      return {1.5 * inv_pi, 3.0 / 20};
    case Kernel::epanechnikov:
      return power(1);
    case Kernel::quartic:
      return power(2);
    case Kernel::triweight:
      return power(3);
    case Kernel::gaussian:
      break;
  }
  return {0.25 * inv_pi, 1};
}

double whole_weight(std::span<const WeightedPoint> places) {
  double sum = 0;
  for (const WeightedPoint& place : places) sum += place.weight;
  return sum;
}

double scott_deviation(std::span<const WeightedPoint> places) {
  const double whole = whole_weight(places);
  double mean_x = 0, mean_y = 0, squares = 0;
  for (const WeightedPoint& place : places) {
    mean_x += place.weight / whole * place.x;
    mean_y += place.weight / whole * place.y;
    squares += place.weight * place.weight;
  }
  double in_x = 0, in_y = 0;
  for (const WeightedPoint& place : places) {
    in_x += place.weight * (place.x - mean_x) * (place.x - mean_x);
    in_y += place.weight * (place.y - mean_y) * (place.y - mean_y);
  }
  // With weights of 1 these are n - 1 and n.
  const double freedom = whole - squares / whole, count = whole * whole / squares;
  return std::pow(in_x / freedom * (in_y / freedom), 0.25) * std::pow(count, -1.0 / 6);
}

double log_likelihood(std::span<const WeightedPoint> places, double deviation_m, const MultiPolygon* area) {
  std::vector<double> logs = log_sums_of_others(places, deviation_m);
  if (area != nullptr) {
    MultiPolygon simple;
    boost::geometry::simplify(*area, simple, deviation_m / 100);
    const EdgeMass edge(simple, Kernel::gaussian, metres(deviation_m));
    parallel_for(places.size(), [&](std::size_t i) {
      const double mass = edge.at(places[i].x, places[i].y);
      if (mass == 0)
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("bandwidth: an event at {:.0f}, {:.0f} lies far outside the area; leave out events "
                                "beyond its border",
                                places[i].x, places[i].y));
      logs[i] -= std::log(mass);
    });
  }
  double sum = 0;
  for (std::size_t i = 0; i < places.size(); ++i) sum += places[i].weight * logs[i];
  return sum;
}

double mean_square_error(std::span<const WeightedPoint> places, double deviation_m) {
  // A gaussian convolved with itself is sqrt(2) times as wide.
  const double wide = std::numbers::sqrt2 * deviation_m, peak = kernel_value(Kernel::gaussian, 0, wide);
  const auto convolved = sums_of_others(places, Kernel::gaussian, wide);
  const auto plain = sums_of_others(places, Kernel::gaussian, deviation_m);
  double sum = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double weight = places[i].weight;
    sum += weight * (weight * peak + convolved[i] - 2 * plain[i]);
  }
  const double whole = whole_weight(places);
  return sum / (whole * whole);
}

/// Searches a criterion (larger is better) over [least, most]: first a curve, then golden section about its best.
class Search {
 public:
  template <typename Criterion>
  Search(double least, double most, Progress& progress, const Criterion& criterion) {
    const auto score_of = [&](double log_h) {
      throw_if_cancelled(progress);
      const double score = criterion(std::exp(log_h));
      curve.push_back({std::exp(log_h), score});
      progress.advance();
      return score;
    };
    const double low = std::log(least), step = (std::log(most) - low) / (curve_values - 1);
    int best = 0;
    double best_score = -std::numeric_limits<double>::infinity();
    for (int k = 0; k < curve_values; ++k) {
      const double score = score_of(low + k * step);
      if (score > best_score) std::tie(best, best_score) = std::pair(k, score);
    }
    end = best == 0 ? BracketEnd::least : best == curve_values - 1 ? BracketEnd::most : BracketEnd::none;
    if (end == BracketEnd::none) narrow(low + (best - 1) * step, low + (best + 1) * step, score_of);
    std::sort(curve.begin(), curve.end(), [](const auto& a, const auto& b) { return a.deviation_m < b.deviation_m; });
    top = *std::max_element(curve.begin(), curve.end(), [](const auto& a, const auto& b) { return a.score < b.score; });
  }

  std::vector<BandwidthChoice::Score> curve;
  BandwidthChoice::Score top;
  BracketEnd end = BracketEnd::none;

 private:
  template <typename ScoreOf>
  static void narrow(double low, double high, const ScoreOf& score_of) {
    constexpr double share = std::numbers::phi - 1;
    double inner_low = high - share * (high - low), inner_high = low + share * (high - low);
    double at_low = score_of(inner_low), at_high = score_of(inner_high);
    while (high - low > precision) {
      if (at_low >= at_high) {
        high = std::exchange(inner_high, inner_low);
        at_high = at_low;
        inner_low = high - share * (high - low);
        at_low = score_of(inner_low);
      } else {
        low = std::exchange(inner_low, inner_high);
        at_low = at_high;
        inner_high = low + share * (high - low);
        at_high = score_of(inner_high);
      }
    }
  }
};

void search(std::span<const WeightedPoint> places, const BandwidthOptions& options, double scott_m, Progress& progress,
            BandwidthChoice& choice) {
  const double least = options.least.value_or(metres(scott_m / 50)).metres;
  const double most = options.most.value_or(metres(2 * scott_m)).metres;
  if (!(least < most))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("bandwidth: the search from {} m to {} m is empty; widen it", least, most));
  progress.stage("bandwidth", 0);
  const bool by_error = choice.selector == BandwidthSelector::diggle;
  Search found(least, most, progress, [&](double deviation_m) {
    return by_error ? -mean_square_error(places, deviation_m) : log_likelihood(places, deviation_m, options.area);
  });
  if (by_error) {
    for (auto& tried : found.curve) tried.score = -tried.score;
    found.top.score = -found.top.score;
  }
  choice.curve = std::move(found.curve);
  choice.deviation = metres(found.top.deviation_m);
  choice.score = found.top.score;
  choice.end = found.end;
}

std::vector<WeightedPoint> checked_places(std::span<const WeightedPoint> events, Length deviation) {
  DensityOptions{Kernel::gaussian, deviation}.validate();
  return merge_places(events);
}

}  // namespace

std::optional<BandwidthSelector> parse_bandwidth_selector(std::string_view name) {
  for (const auto& [text, selector] : names)
    if (text == name) return selector;
  return std::nullopt;
}

std::string_view to_string(BandwidthSelector selector) {
  for (const auto& [text, candidate] : names)
    if (candidate == selector) return text;
  return {};
}

double canonical_factor(Kernel kernel) {
  const auto [roughness, variance] = roughness_and_variance(kernel);
  const auto [gaussian_roughness, gaussian_variance] = roughness_and_variance(Kernel::gaussian);
  return std::pow(roughness / (variance * variance) / (gaussian_roughness / (gaussian_variance * gaussian_variance)),
                  1.0 / 6);
}

double likelihood_of_bandwidth(std::span<const WeightedPoint> events, Length deviation, const MultiPolygon* area) {
  return log_likelihood(checked_places(events, deviation), deviation.metres, area);
}

double mean_square_error_of_bandwidth(std::span<const WeightedPoint> events, Length deviation) {
  return mean_square_error(checked_places(events, deviation), deviation.metres);
}

void BandwidthOptions::validate() const {
  for (const auto& end : {least, most})
    if (end) DensityOptions{Kernel::gaussian, *end}.validate();
}

BandwidthChoice choose_bandwidth(std::span<const WeightedPoint> events, const BandwidthOptions& options,
                                 Progress& progress) {
  options.validate();
  const std::vector<WeightedPoint> places = merge_places(events);
  if (places.size() < least_places)
    throw Error(ErrorCode::input, fmt::format("bandwidth: {} distinct places with an exact point are too few to choose "
                                              "from; give a length, such as \"25 km\"",
                                              places.size()));
  const double scott_m = scott_deviation(places);
  if (!(scott_m > 0))
    throw Error(ErrorCode::input,
                "bandwidth: all places lie on one line along an axis; give a length, such as \"25 km\"");
  BandwidthChoice choice;
  choice.places = places.size();
  const auto use = [&](BandwidthSelector selector, std::string reason) {
    choice.selector = selector;
    choice.reason = std::move(reason);
    choice.end = BracketEnd::none;
    choice.score = 0;
    if (selector != BandwidthSelector::scott) search(places, options, scott_m, progress, choice);
  };
  const auto no_peak = [&] {
    return fmt::format("no peak between {:.4g} and {:.4g} km", choice.curve.front().deviation_m / 1000,
                       choice.curve.back().deviation_m / 1000);
  };
  using enum BandwidthSelector;
  if (options.selector != automatic) {
    use(options.selector,
        fmt::format("{}, as asked, from {} distinct places", to_string(options.selector), places.size()));
  } else if (places.size() < places_for_likelihood) {
    use(scott,
        fmt::format("auto took scott: {} distinct places are fewer than {}", places.size(), places_for_likelihood));
  } else {
    use(likelihood, fmt::format("auto took likelihood: {} distinct places", places.size()));
    if (choice.end != BracketEnd::none)
      use(diggle, fmt::format("auto took diggle: the likelihood, which far-off places rule, has {}", no_peak()));
    if (choice.end != BracketEnd::none)
      use(scott, fmt::format("auto took scott: neither the likelihood nor the mean square error has a {}",
                             no_peak().substr(3)));
  }
  if (choice.selector == BandwidthSelector::scott) choice.deviation = metres(scott_m);
  choice.bandwidth = metres(choice.deviation.metres * canonical_factor(options.kernel));
  return choice;
}

BandwidthChoice choose_bandwidth(std::span<const WeightedPoint> events, const BandwidthOptions& options) {
  Progress silent;
  return choose_bandwidth(events, options, silent);
}

}  // namespace tocsin
