#include <cmath>
#include <numbers>

#include <Eigen/Dense>

#include <tocsin/temporal/alarm/detail/harmonic_rate.hpp>

namespace tocsin::detail {
namespace {

Eigen::Vector3d terms(std::size_t t, std::size_t season) {
  const double angle = 2 * std::numbers::pi * static_cast<double>(t % season) / static_cast<double>(season);
  return {1, std::sin(angle), std::cos(angle)};
}

}  // namespace

std::vector<double> harmonic_means(const AlarmSeries& series, std::size_t season) {
  constexpr double least_events = 10;
  constexpr int most_steps = 50;
  std::size_t periods = 0;
  double events = 0, exposure = 0;
  for (std::size_t t = 0; t < series.first; ++t)
    if (series.observed(t)) {
      ++periods;
      events += series.counts[t];
      exposure += series.exposure(t);
    }
  if (season < 4 || periods < 2 * season || events < least_events) return {};
  Eigen::Vector3d fit(std::log(events / exposure), 0, 0);
  double moved = 1;
  for (int step = 0; step < most_steps && moved > 1e-12; ++step) {
    Eigen::Matrix3d information = Eigen::Matrix3d::Zero();
    Eigen::Vector3d score = Eigen::Vector3d::Zero();
    for (std::size_t t = 0; t < series.first; ++t) {
      if (!series.observed(t)) continue;
      const Eigen::Vector3d x = terms(t, season);
      const double mean = series.exposure(t) * std::exp(x.dot(fit));
      information += mean * x * x.transpose();
      score += (series.counts[t] - mean) * x;
    }
    const Eigen::Vector3d change = information.ldlt().solve(score);
    moved = change.norm();
    if (!(moved < 1e3)) return {};
    fit += moved > 1 ? Eigen::Vector3d(change / moved) : change;
  }
  if (moved > 1e-12) return {};  // no finite fit: all events at one time of the year
  std::vector<double> means;
  for (std::size_t t = series.first; t < series.size(); ++t)
    means.push_back(series.exposure(t) * std::exp(terms(t, season).dot(fit)));
  return means;
}

}  // namespace tocsin::detail
