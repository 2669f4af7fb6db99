#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/compare/dispersion.hpp>

namespace tocsin {
namespace {

void check(std::span<const double> counts, std::span<const double> exposure) {
  if (!exposure.empty() && exposure.size() != counts.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} counts and {} exposures: give one each, or no exposure",
                                                       counts.size(), exposure.size()));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (std::isnan(counts[i])) continue;
    if (!(counts[i] >= 0 && std::isfinite(counts[i])))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("count {} is {}: counts are finite and not negative", i + 1, counts[i]));
    if (!exposure.empty() && !(exposure[i] > 0 && std::isfinite(exposure[i])))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("exposure {} is {}: exposures are finite and above 0", i + 1, exposure[i]));
  }
}

double exposure_of(std::span<const double> exposure, std::size_t i) {
  return exposure.empty() ? 1 : exposure[i];
}

void finish(Dispersion& result) {
  if (result.degrees_of_freedom > 0) result.value = std::max(1.0, result.pearson / result.degrees_of_freedom);
}

}  // namespace

Dispersion dispersion_within(std::span<const double> counts, std::span<const double> exposure,
                             std::span<const std::size_t> period) {
  check(counts, exposure);
  if (period.size() != counts.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} counts and {} periods: give each its period", counts.size(), period.size()));
  Dispersion result;
  for (std::size_t first = 0, end = 0; first < counts.size(); first = end) {
    double total = 0, whole = 0, parts = 0;
    for (end = first; end < counts.size() && period[end] == period[first]; ++end) {
      if (std::isnan(counts[end])) continue;
      total += counts[end];
      whole += exposure_of(exposure, end);
      ++parts;
    }
    if (total == 0 || parts < 2) continue;
    for (std::size_t i = first; i < end; ++i) {
      if (std::isnan(counts[i])) continue;
      const double expected = total * exposure_of(exposure, i) / whole;
      result.pearson += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    result.degrees_of_freedom += parts - 1;
  }
  finish(result);
  return result;
}

Dispersion dispersion_of_neighbours(std::span<const double> counts, std::span<const double> exposure) {
  check(counts, exposure);
  Dispersion result;
  std::size_t last = counts.size();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (std::isnan(counts[i])) continue;
    if (last < counts.size() && counts[last] + counts[i] > 0) {
      const double total = counts[last] + counts[i];
      const double share = exposure_of(exposure, i) / (exposure_of(exposure, last) + exposure_of(exposure, i));
      // Given the total, the later count is binomial.
      result.pearson += (counts[i] - total * share) * (counts[i] - total * share) / (total * share * (1 - share));
      ++result.degrees_of_freedom;
    }
    last = i;
  }
  finish(result);
  return result;
}

double design_effect(std::span<const double> persons, double incidents) {
  if (!(incidents >= 1 && std::isfinite(incidents)))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a dispersion of {}: the variance by the mean is at least 1", incidents));
  double sum = 0, squares = 0, number = 0;
  for (const double size : persons) {
    if (std::isnan(size) || size == 0) continue;
    if (!(size > 0 && std::isfinite(size)))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("{} persons: their number is finite and not negative", size));
    sum += size;
    squares += size * size;
    ++number;
  }
  if (number == 0) return not_observed;
  return squares / sum + (incidents - 1) * sum / number;
}

}  // namespace tocsin
