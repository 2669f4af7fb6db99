#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include <tocsin/scan/scan.hpp>

namespace tocsin::test {

/// The scan as one would write it down: every centre, form, radius and interval, one logarithm after the other.
struct BruteForce {
  const ScanData& data;
  ScanOptions options;

  struct Best {
    double llr = 0;
    std::vector<std::uint32_t> places;
    std::size_t first = 0, last = 0;
  };

  /// @param cases  n x T
  [[nodiscard]] Best scan(const std::vector<double>& cases) const {
    Best best;
    for (std::uint32_t centre = 0; centre < data.x_m.size(); ++centre) scan_centre(cases, centre, best);
    return best;
  }

  void scan_centre(const std::vector<double>& cases, std::uint32_t centre, Best& best) const {
    scan_form(cases, centre, 1, 0, best);
    if (options.shape == ScanShape::circle) return;
    for (const auto& [shape, angles] : std::vector<std::pair<double, int>>{{1.5, 4}, {2, 6}, {3, 9}, {4, 12}, {5, 15}})
      for (int i = 0; i < angles; ++i) scan_form(cases, centre, shape, std::numbers::pi * i / angles, best);
  }

 private:
  [[nodiscard]] std::size_t intervals() const { return data.intervals; }
  [[nodiscard]] double risk(std::size_t place, std::size_t t) const {
    if (options.model == ScanModel::permutation) {  // by the margins of the data
      double of_place = 0, of_time = 0;
      for (std::size_t u = 0; u < intervals(); ++u) of_place += data.cases[place * intervals() + u];
      for (std::size_t p = 0; p < data.x_m.size(); ++p) of_time += data.cases[p * intervals() + t];
      return of_place * of_time / std::accumulate(data.cases.begin(), data.cases.end(), 0.0);
    }
    return data.at_risk[data.at_risk.size() > data.x_m.size() ? place * intervals() + t : place];
  }
  static double xlog(double c, double e) { return c > 0 ? c * std::log(c / e) : 0; }
  [[nodiscard]] double llr(double c, double m, double all, double everybody) const {
    if (options.model == ScanModel::bernoulli)
      return xlog(c, m) + xlog(m - c, m) + xlog(all - c, everybody - m) + xlog(everybody - m - all + c, everybody - m) -
             xlog(all, everybody) - xlog(everybody - all, everybody);
    const double e = m * all / everybody;
    return xlog(c, e) + xlog(all - c, all - e);
  }

  void scan_form(const std::vector<double>& cases, std::uint32_t centre, double shape, double angle, Best& best) const {
    const std::size_t n = data.x_m.size(), T = intervals();
    std::vector<std::vector<double>> risks(n, std::vector<double>(T));
    double everybody = 0;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t t = 0; t < T; ++t) everybody += risks[p][t] = risk(p, t);
    const double all = std::accumulate(cases.begin(), cases.end(), 0.0);
    std::vector<double> distance(n);
    for (std::size_t p = 0; p < n; ++p) {
      const double dx = data.x_m[p] - data.x_m[centre], dy = data.y_m[p] - data.y_m[centre];
      distance[p] = std::hypot((dx * std::cos(angle) + dy * std::sin(angle)) / shape,
                               -dx * std::sin(angle) + dy * std::cos(angle));
    }
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return distance[a] < distance[b]; });
    const double strong = 4 * shape / ((shape + 1) * (shape + 1));
    const double factor = options.penalty == EllipsePenalty::none     ? 1
                          : options.penalty == EllipsePenalty::strong ? strong
                                                                      : std::sqrt(strong);
    std::vector<double> c(T), m(T);
    double inside = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const std::uint32_t place = order[k];
      for (std::size_t t = 0; t < T; ++t) {
        c[t] += cases[place * T + t];
        m[t] += risks[place][t];
        inside += risks[place][t];
      }
      if (inside > options.most_at_risk * everybody * (1 + 1e-9) || distance[place] > options.most_radius_m) break;
      if (k + 1 < n && distance[order[k + 1]] - distance[place] < 1e-6) continue;
      const auto most = T == 1 ? std::size_t{1}
                               : std::min(options.most_intervals,
                                          static_cast<std::size_t>(options.most_time * static_cast<double>(T)));
      for (std::size_t first = 0; first < T; ++first)
        for (std::size_t last = first; last < T && last - first < most; ++last) {
          if (last - first + 1 < options.least_intervals) continue;
          if (T > 1 && options.time == ScanTime::prospective && last + 1 != T) continue;
          const double cw =
              std::accumulate(c.begin() + static_cast<int>(first), c.begin() + static_cast<int>(last) + 1, 0.0);
          const double mw =
              std::accumulate(m.begin() + static_cast<int>(first), m.begin() + static_cast<int>(last) + 1, 0.0);
          const double e = mw * all / everybody;
          const bool high = options.rates != ScanRates::low && cw > e && cw >= static_cast<double>(options.least_cases);
          const bool low = options.rates != ScanRates::high && cw < e;
          if (!high && !low) continue;
          const double value = llr(cw, mw, all, everybody) * factor;
          if (value > best.llr * (1 + 1e-12))
            best = {value, {order.begin(), order.begin() + static_cast<int>(k) + 1}, first, last};
        }
    }
  }
};

}  // namespace tocsin::test
