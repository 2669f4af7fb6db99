#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/Dense>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/alarm/detail/count_model.hpp>
#include <tocsin/temporal/alarm/run_length.hpp>

namespace tocsin {
namespace {

constexpr double finest = 0.125, largest_limit = 128, largest_reference = 1e6;

std::ptrdiff_t in_steps(double value, double most, const char* what) {
  const double steps = value / finest;
  if (!(steps >= 0 && std::abs(steps - std::round(steps)) < 1e-9 && value <= most))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("average run length: a {} of {}; it is a multiple of 1/8, not negative and at most {}",
                            what, value, most));
  return static_cast<std::ptrdiff_t>(std::llround(steps));
}

/// Steps of references and limits: where counts are large, eighths of one make the chain long and tell nothing.
double step_of(const CusumCounts& counts) {
  return counts.mean < 4 ? finest : counts.mean < 16 ? 4 * finest : 8 * finest;
}

}  // namespace

double average_run_length(const CusumChart& chart, const CusumCounts& counts) {
  std::ptrdiff_t k = in_steps(chart.reference, largest_reference, "reference"),
                 h = in_steps(chart.limit, largest_limit, "limit"),
                 start = in_steps(chart.start, largest_limit, "start"), one = static_cast<std::ptrdiff_t>(1 / finest);
  if (!(counts.mean > 0 && counts.size > 0) || k == 0 || h == 0 || start >= h)
    throw Error(ErrorCode::invalid_argument,
                "average run length: mean, size, reference and limit are above 0, and the start is below the limit");
  // A coarser lattice does where it holds all values.
  const std::ptrdiff_t common = std::gcd(std::gcd(k, h), std::gcd(start, one));
  k /= common, h /= common, start /= common, one /= common;
  const detail::CountModel model{counts.mean, counts.size};
  // Run lengths L = 1 + P L over the states 0, ..., h - 1.
  Eigen::MatrixXd system = Eigen::MatrixXd::Identity(h, h);
  for (std::ptrdiff_t from = 0; from < h; ++from) {
    std::ptrdiff_t y = from > k ? 0 : (k - from) / one + 1;  // the least count that leaves more than 0
    if (y > 0) system(from, 0) -= 1 - model.at_least(static_cast<double>(y));
    for (std::ptrdiff_t to = from + y * one - k; to < h; ++y, to += one)
      system(from, to) -= model.probability(static_cast<double>(y));
  }
  const Eigen::VectorXd length = system.partialPivLu().solve(Eigen::VectorXd::Ones(h));
  return length(start);
}

double cusum_reference(const CusumCounts& usual, double rise) {
  const double m0 = usual.mean, m1 = usual.mean * rise, c = usual.size;
  // Increments y A - B of the log likelihood ratio; the reference is B / A.
  const double k = std::isinf(c) ? (m1 - m0) / std::log(rise)
                                 : c * std::log((m1 + c) / (m0 + c)) / (std::log(rise) - std::log((m1 + c) / (m0 + c)));
  const double step = step_of(usual);
  return std::max(step, std::round(k / step) * step);
}

double cusum_limit(double reference, const CusumCounts& counts, double run_length) {
  const auto long_enough = [&](double limit) {
    return average_run_length({.reference = reference, .limit = limit}, counts) >= run_length;
  };
  const double step = step_of(counts);
  double low = 0, high = 1;
  while (high < largest_limit && !long_enough(high)) {
    low = high;
    high = std::min(largest_limit, high * 2);
  }
  if (high == largest_limit && !long_enough(high)) return std::numeric_limits<double>::infinity();
  while (high - low > step) {
    const double middle = std::floor((low + high) / 2 / step) * step;
    (long_enough(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace tocsin
