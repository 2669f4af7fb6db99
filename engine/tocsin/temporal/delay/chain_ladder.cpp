#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/delay/chain_ladder.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Known by each delay that is over; rows x delays, NaN beyond.
std::vector<double> cumulative(const ReportingTriangle& triangle) {
  std::vector<double> sums = triangle.counts;
  for (std::size_t row = 0; row < triangle.rows; ++row)
    for (std::size_t d = 1; d < triangle.delays; ++d)
      sums[row * triangle.delays + d] += sums[row * triangle.delays + d - 1];
  return sums;
}

/// Of one delay to the next: sums over the rows that have both.
struct Step {
  double factor = nan, variance = nan, known = 0;
  int rows = 0;
};

Step step_from(const ReportingTriangle& triangle, const std::vector<double>& sums, std::size_t d) {
  Step step;
  double next = 0;
  const auto each_row = [&](const auto& use) {
    for (std::size_t row = 0; row < triangle.rows; ++row) {
      const double now = sums[row * triangle.delays + d], then = sums[row * triangle.delays + d + 1];
      if (!std::isnan(now) && !std::isnan(then)) use(now, then);
    }
  };
  each_row([&](double now, double then) {
    step.known += now;
    next += then;
    ++step.rows;
  });
  if (step.known > 0) step.factor = next / step.known;
  if (step.rows < 2 || std::isnan(step.factor)) return step;
  step.variance = 0;
  each_row([&](double now, double then) {
    if (now > 0) step.variance += now * (then / now - step.factor) * (then / now - step.factor);
  });
  step.variance /= step.rows - 1;
  return step;
}

/// The last step rests on one row, which has no spread.
void extrapolate_last(std::vector<Step>& steps) {
  for (std::size_t d = 0; d < steps.size(); ++d) {
    if (!std::isnan(steps[d].variance)) continue;
    if (d == 0)
      steps[d].variance = nan;
    else if (d == 1 || steps[d - 2].variance == 0)
      steps[d].variance = steps[d - 1].variance;
    else
      steps[d].variance = std::min({steps[d - 1].variance * steps[d - 1].variance / steps[d - 2].variance,
                                    steps[d - 2].variance, steps[d - 1].variance});
  }
}

}  // namespace

ChainLadder chain_ladder(const ReportingTriangle& triangle) {
  if (triangle.rows < 2 || triangle.delays < 2)
    throw Error(ErrorCode::invalid_argument, fmt::format("a chain ladder of {} rows and {} delays: give at least two",
                                                         triangle.rows, triangle.delays));
  const std::vector<double> sums = cumulative(triangle);
  const std::size_t last = triangle.delays - 1;
  std::vector<Step> steps;
  for (std::size_t d = 0; d < last; ++d) steps.push_back(step_from(triangle, sums, d));
  extrapolate_last(steps);

  ChainLadder result;
  for (const Step& step : steps) {
    result.factors.push_back(step.factor);
    result.sigma.push_back(std::sqrt(step.variance));
  }
  double total_variance = 0;
  for (std::size_t row = 0; row < triangle.rows; ++row) {
    const std::ptrdiff_t reached = triangle.last_delay(row);
    result.known.push_back(triangle.known(row));
    double ultimate = result.known.back();
    if (reached < 0) ultimate = nan;
    std::vector<double> by_delay{ultimate};
    for (auto d = static_cast<std::size_t>(std::max<std::ptrdiff_t>(reached, 0)); d < last; ++d)
      by_delay.push_back(ultimate *= steps[d].factor);
    double relative = 0, of_factors = 0;
    for (std::size_t k = 0; reached >= 0 && k + 1 < by_delay.size(); ++k) {
      const Step& step = steps[static_cast<std::size_t>(reached) + k];
      const double per_factor = step.variance / (step.factor * step.factor);
      if (by_delay[k] > 0) relative += per_factor * (1 / by_delay[k] + 1 / step.known);
      of_factors += 2 * per_factor / step.known;
    }
    result.ultimate.push_back(ultimate);
    result.standard_error.push_back(reached < 0 ? nan : ultimate * std::sqrt(relative));
    if (reached < 0) continue;
    result.total += ultimate;
    total_variance += ultimate * ultimate * relative;
    // Rows share the factors: with each row after this one (Mack 1993, corollary to theorem 3).
    for (std::size_t other = row + 1; other < triangle.rows; ++other) {
      const std::ptrdiff_t its = triangle.last_delay(other);
      if (its < 0) continue;
      double its_ultimate = triangle.known(other);
      for (auto d = static_cast<std::size_t>(its); d < last; ++d) its_ultimate *= steps[d].factor;
      total_variance += ultimate * its_ultimate * of_factors;
    }
  }
  result.total_error = std::sqrt(total_variance);
  return result;
}

}  // namespace tocsin
