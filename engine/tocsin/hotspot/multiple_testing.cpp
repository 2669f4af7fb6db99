#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/multiple_testing.hpp>

namespace tocsin {
namespace {

struct Tested {
  double p;
  std::size_t row;
};

/// The tests, by ascending p.
std::vector<Tested> tested(std::span<const double> p) {
  std::vector<Tested> tests;
  tests.reserve(p.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (std::isnan(p[i])) continue;
    if (p[i] < 0 || p[i] > 1)
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("p of row {} (counted from 0) is {}; a p-value lies between 0 and 1", i, p[i]));
    tests.push_back({p[i], i});
  }
  std::sort(tests.begin(), tests.end(), [](const Tested& a, const Tested& b) { return a.p < b.p; });
  return tests;
}

/// From the largest p down: min over later ranks of factor * n / rank * p.
void step_up(std::vector<Tested>& tests, double factor) {
  double least = 1;
  for (std::size_t rank = tests.size(); rank > 0; --rank) {
    double& p = tests[rank - 1].p;
    p = least = std::min(least, factor * static_cast<double>(tests.size()) / static_cast<double>(rank) * p);
  }
}

/// From the smallest p up: max over earlier ranks of (n + 1 - rank) * p.
void step_down(std::vector<Tested>& tests) {
  double most = 0;
  for (std::size_t k = 0; k < tests.size(); ++k) {
    most = std::max(most, static_cast<double>(tests.size() - k) * tests[k].p);
    tests[k].p = std::min(1.0, most);
  }
}

double harmonic_number(std::size_t n) {
  double sum = 0;
  for (std::size_t i = n; i > 0; --i) sum += 1 / static_cast<double>(i);  // small terms first
  return sum;
}

}  // namespace

std::vector<double> adjusted(std::span<const double> p, Correction correction) {
  std::vector<Tested> tests = tested(p);
  switch (correction) {
    case Correction::none:
      break;
    case Correction::benjamini_hochberg:
      step_up(tests, 1);
      break;
    case Correction::benjamini_yekutieli:
      step_up(tests, harmonic_number(tests.size()));
      break;
    case Correction::holm:
      step_down(tests);
      break;
    case Correction::bonferroni:
      for (Tested& test : tests) test.p = std::min(1.0, static_cast<double>(tests.size()) * test.p);
      break;
  }
  std::vector<double> out(p.size(), std::numeric_limits<double>::quiet_NaN());
  for (const Tested& test : tests) out[test.row] = test.p;
  return out;
}

std::string_view name(Correction correction) {
  switch (correction) {
    case Correction::none:
      return "none";
    case Correction::benjamini_hochberg:
      return "bh";
    case Correction::benjamini_yekutieli:
      return "by";
    case Correction::holm:
      return "holm";
    case Correction::bonferroni:
      return "bonferroni";
  }
  return "";
}

}  // namespace tocsin
