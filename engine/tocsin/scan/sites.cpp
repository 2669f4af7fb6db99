#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/scan/sites.hpp>

namespace tocsin {
namespace {

constexpr double most_counted = 1e9;  // cases, and cases and controls: counts are held in 32 bits

void require_shapes(const ScanData& data, const ScanOptions& options) {
  const std::size_t n = data.x_m.size(), cells = n * data.intervals;
  if (data.intervals == 0) throw Error(ErrorCode::invalid_argument, "scan: intervals must be at least 1");
  if (!(data.interval_days > 0)) throw Error(ErrorCode::invalid_argument, "scan: interval_days must be more than 0");
  if (data.y_m.size() != n || data.cases.size() != cells)
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("scan: {} places over {} intervals need as many y and {} cases", n, data.intervals, cells));
  if (options.model == ScanModel::permutation) {
    if (!data.at_risk.empty())
      throw Error(ErrorCode::invalid_argument, "scan: the permutation model takes cases alone; leave at_risk empty");
    if (data.intervals < 2)
      throw Error(ErrorCode::invalid_argument, "scan: the permutation model needs at least two intervals");
  } else if (data.at_risk.size() != n && data.at_risk.size() != cells) {
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("scan: at_risk has {} numbers; it needs one a place ({}) or one a place and interval ({})",
                            data.at_risk.size(), n, cells));
  }
  if (options.restricted_below && data.intervals > 1)
    throw Error(ErrorCode::invalid_argument, "scan: the restricted likelihood ratio is for purely spatial scans");
}

/// Reads what is at risk whether it was given by place or by place and interval.
class AtRisk {
 public:
  explicit AtRisk(const ScanData& data) : data_(data), by_interval_(data.at_risk.size() > data.x_m.size()) {}
  [[nodiscard]] double at(std::size_t place, std::size_t interval) const {
    if (data_.at_risk.empty()) return 0;
    return data_.at_risk[by_interval_ ? place * data_.intervals + interval : place];
  }

 private:
  const ScanData& data_;
  bool by_interval_;
};

bool observed(const ScanData& data, const AtRisk& at_risk, std::size_t place) {
  if (!std::isfinite(data.x_m[place]) || !std::isfinite(data.y_m[place])) return false;
  for (std::size_t t = 0; t < data.intervals; ++t)
    if (std::isnan(data.cases[place * data.intervals + t]) || std::isnan(at_risk.at(place, t))) return false;
  return true;
}

/// What a number must hold, named by its place as a person counts it.
void check_place(const ScanData& data, const AtRisk& at_risk, const ScanOptions& options, std::size_t place) {
  const auto refuse = [&](const std::string& what) {
    throw Error(ErrorCode::input, fmt::format("scan: place {}: {}", place + 1, what));
  };
  for (std::size_t t = 0; t < data.intervals; ++t) {
    const double cases = data.cases[place * data.intervals + t], risk = at_risk.at(place, t);
    if (!(cases >= 0) || std::isinf(cases)) refuse(fmt::format("{} cases; a count is 0 or more", cases));
    if (options.model != ScanModel::poisson && cases != std::floor(cases))
      refuse(fmt::format("{} cases; this model needs whole numbers", cases));
    if (options.model == ScanModel::permutation) continue;
    if (!(risk >= 0) || std::isinf(risk)) refuse(fmt::format("{} at risk; it must be 0 or more", risk));
    if (risk == 0 && cases > 0) refuse(fmt::format("{} cases where nobody is at risk; correct one of them", cases));
    if (options.model != ScanModel::bernoulli) continue;
    if (cases > risk) refuse(fmt::format("{} cases among {} persons; there cannot be more cases", cases, risk));
    if (risk != std::floor(risk)) refuse(fmt::format("{} cases and controls; they must be whole numbers", risk));
  }
}

/// Along the Morton curve, then by coordinates.
std::vector<std::uint32_t> along_a_curve(const ScanData& data, std::vector<std::uint32_t> places) {
  double west = data.x_m[places[0]], south = data.y_m[places[0]], east = west, north = south;
  for (const std::uint32_t p : places) {
    west = std::min(west, data.x_m[p]), east = std::max(east, data.x_m[p]);
    south = std::min(south, data.y_m[p]), north = std::max(north, data.y_m[p]);
  }
  const double side = std::max({east - west, north - south, std::numeric_limits<double>::min()});
  const auto spread_bits = [](std::uint64_t v) {
    std::uint64_t bits = 0;
    for (int i = 0; i < 20; ++i) bits |= (v >> i & 1) << (2 * i);
    return bits;
  };
  std::vector<std::uint64_t> key(data.x_m.size());
  for (const std::uint32_t p : places)
    key[p] = spread_bits(static_cast<std::uint64_t>((data.x_m[p] - west) / side * 0xFFFFF)) |
             spread_bits(static_cast<std::uint64_t>((data.y_m[p] - south) / side * 0xFFFFF)) << 1;
  std::sort(places.begin(), places.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (key[a] != key[b]) return key[a] < key[b];
    if (data.x_m[a] != data.x_m[b]) return data.x_m[a] < data.x_m[b];
    if (data.y_m[a] != data.y_m[b]) return data.y_m[a] < data.y_m[b];
    return a < b;
  });
  return places;
}

void add_place(const ScanData& data, const AtRisk& at_risk, std::uint32_t place, ScanSites& sites) {
  const std::size_t intervals = data.intervals;
  const double x = data.x_m[place], y = data.y_m[place];
  if (sites.x.empty() || sites.x.back() != x || sites.y.back() != y) {
    sites.x.push_back(x);
    sites.y.push_back(y);
    sites.places.emplace_back();
    sites.cases.resize(sites.x.size() * intervals);
    sites.measure.resize(sites.x.size() * intervals);
  }
  sites.places.back().push_back(place);
  const std::size_t first = (sites.x.size() - 1) * intervals;
  for (std::size_t t = 0; t < intervals; ++t) {
    sites.cases[first + t] += data.cases[place * intervals + t];
    sites.measure[first + t] += at_risk.at(place, t);
  }
}

/// Under independence of place and time.
void measure_by_margins(ScanSites& sites) {
  std::vector<double> by_interval(sites.intervals);
  for (std::size_t i = 0; i < sites.cases.size(); ++i) by_interval[i % sites.intervals] += sites.cases[i];
  for (std::size_t s = 0; s < sites.size(); ++s) {
    const auto first = sites.cases.begin() + static_cast<std::ptrdiff_t>(s * sites.intervals);
    sites.site_measure[s] = std::accumulate(first, first + static_cast<std::ptrdiff_t>(sites.intervals), 0.0);
    for (std::size_t t = 0; t < sites.intervals; ++t)
      sites.measure[s * sites.intervals + t] = sites.site_measure[s] * by_interval[t] / sites.total_cases;
  }
  sites.total_measure = sites.total_cases;
}

}  // namespace

ScanSites scan_sites(const ScanData& data, const ScanOptions& options) {
  require_shapes(data, options);
  const AtRisk at_risk(data);
  ScanSites sites;
  sites.intervals = data.intervals;
  std::vector<std::uint32_t> places;
  for (std::size_t p = 0; p < data.x_m.size(); ++p) {
    if (!observed(data, at_risk, p)) {
      ++sites.not_observed;
      continue;
    }
    check_place(data, at_risk, options, p);
    places.push_back(static_cast<std::uint32_t>(p));
  }
  sites.observed_places = places.size();
  if (places.size() < 3)
    throw Error(ErrorCode::input, fmt::format("scan: {} observed places; a scan needs at least three", places.size()));
  for (const std::uint32_t place : along_a_curve(data, std::move(places))) add_place(data, at_risk, place, sites);
  if (sites.size() < 2) throw Error(ErrorCode::input, "scan: all places have the same coordinates");
  sites.site_measure.resize(sites.size());
  sites.total_cases = std::accumulate(sites.cases.begin(), sites.cases.end(), 0.0);
  if (!(sites.total_cases > 0)) throw Error(ErrorCode::input, "scan: no cases; there is nothing to find");
  if (sites.total_cases < 1 || sites.total_cases > most_counted)
    throw Error(ErrorCode::input,
                fmt::format("scan: {} cases in all; it must be between 1 and {}", sites.total_cases, most_counted));
  if (options.model == ScanModel::permutation) {
    measure_by_margins(sites);
    return sites;
  }
  for (std::size_t i = 0; i < sites.measure.size(); ++i) sites.site_measure[i / sites.intervals] += sites.measure[i];
  sites.total_measure = std::accumulate(sites.site_measure.begin(), sites.site_measure.end(), 0.0);
  if (options.model == ScanModel::bernoulli) {
    if (sites.total_measure > most_counted)
      throw Error(ErrorCode::input, fmt::format("scan: {} cases and controls; take the Poisson model above {}",
                                                sites.total_measure, most_counted));
    if (sites.total_cases == sites.total_measure)
      throw Error(ErrorCode::input, "scan: every person is a case; there is nothing to compare with");
  }
  return sites;
}

}  // namespace tocsin
