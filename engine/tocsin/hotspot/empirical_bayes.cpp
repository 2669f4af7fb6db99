#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/detail/lag_moments.hpp>
#include <tocsin/hotspot/empirical_bayes.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void check_column(std::span<const double> column, std::string_view name) {
  for (std::size_t i = 0; i < column.size(); ++i)
    if (column[i] < 0 || std::isinf(column[i]))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("{} of row {} (counted from 0): {}; they are finite and >= 0", name, i, column[i]));
}

/// Crude rates; NaN where not observed.
std::vector<double> crude_rates(std::span<const double> cases, std::span<const double> populations) {
  if (cases.size() != populations.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("cases of {} areas and populations of {}", cases.size(), populations.size()));
  check_column(cases, "cases");
  check_column(populations, "population");
  std::vector<double> rates(cases.size(), nan);
  for (std::size_t i = 0; i < rates.size(); ++i)
    if (populations[i] > 0) rates[i] = cases[i] / populations[i];
  return rates;
}

/// Mean and variance of the true rates; the variance may come out negative.
struct RatePrior {
  double mean = nan, variance = nan;
};

/// @param squares  sum of population * (rate - mean)^2
double moment_variance(double mean, double squares, double population, double areas) {
  return squares / population - mean / (population / areas);
}

RatePrior prior_of_all(std::span<const double> cases, std::span<const double> populations,
                       std::span<const double> rates) {
  const auto sum_of = [&](auto term) {
    return detail::block_sum(rates.size(), [&](std::size_t i) { return std::isnan(rates[i]) ? 0.0 : term(i); });
  };
  const double areas = sum_of([](std::size_t) { return 1.0; });
  if (areas == 0) return {};
  const double population = sum_of([&](std::size_t i) { return populations[i]; });
  const double mean = sum_of([&](std::size_t i) { return cases[i]; }) / population;
  const double squares = sum_of([&](std::size_t i) { return populations[i] * (rates[i] - mean) * (rates[i] - mean); });
  return {mean, moment_variance(mean, squares, population, areas)};
}

SmoothedRates undefined_rates(std::vector<double> rates) {
  const std::vector<double> column(rates.size(), nan);
  const std::size_t n = rates.size();
  return {std::move(rates), column, column, column, std::vector<Shrinkage>(n, Shrinkage::undefined)};
}

void shrink(SmoothedRates& out, std::size_t i, double population, const RatePrior& prior, Shrinkage towards) {
  const double variance = std::max(prior.variance, 0.0);
  out.mean[i] = prior.mean;
  out.variance[i] = variance;
  out.towards[i] = towards;
  // Without a variance all is drawn to the mean; so it is too where there is no case, and the share would be 0 / 0.
  out.smoothed[i] = variance > 0
                        ? prior.mean + variance / (variance + prior.mean / population) * (out.crude[i] - prior.mean)
                        : prior.mean;
}

/// visit(j) for an area and its observed neighbours.
template <typename Visit>
void for_each_in_neighbourhood(const Neighbours& neighbours, std::span<const double> rates, std::size_t area,
                               Visit visit) {
  visit(area);
  detail::for_each_link(neighbours, rates, area, detail::SelfLink::ignored,
                        [&](std::uint32_t j, double) { visit(std::size_t{j}); });
}

struct Neighbourhood {
  double areas = 0, population = 0, mean = nan;
};

Neighbourhood neighbourhood_of(const Neighbours& neighbours, std::span<const double> cases,
                               std::span<const double> populations, std::span<const double> rates, std::size_t area) {
  Neighbourhood around;
  double sum = 0;
  for_each_in_neighbourhood(neighbours, rates, area, [&](std::size_t j) {
    ++around.areas;
    around.population += populations[j];
    sum += cases[j];
  });
  around.mean = sum / around.population;
  return around;
}

}  // namespace

SmoothedRates smooth_rates(std::span<const double> cases, std::span<const double> populations) {
  SmoothedRates out = undefined_rates(crude_rates(cases, populations));
  const RatePrior prior = prior_of_all(cases, populations, out.crude);
  for (std::size_t i = 0; i < out.crude.size(); ++i)
    if (!std::isnan(out.crude[i])) shrink(out, i, populations[i], prior, Shrinkage::to_all);
  return out;
}

SmoothedRates smooth_rates_locally(std::span<const double> cases, std::span<const double> populations,
                                   const Neighbours& neighbours, const LocalRateOptions& options) {
  detail::check_places(cases, neighbours);
  SmoothedRates out = undefined_rates(crude_rates(cases, populations));
  const std::vector<double>& rates = out.crude;
  const RatePrior all = prior_of_all(cases, populations, rates);
  std::vector<Neighbourhood> around(rates.size());
  detail::for_each_place(rates.size(), [&](std::size_t i) {
    if (!std::isnan(rates[i])) around[i] = neighbourhood_of(neighbours, cases, populations, rates, i);
  });
  const bool own_means = options.spread == LocalSpread::each_own_mean;
  const auto fewest = static_cast<double>(options.fewest_neighbours);
  detail::for_each_place(rates.size(), [&](std::size_t i) {
    if (std::isnan(rates[i])) return;
    if (around[i].areas - 1 < fewest) return shrink(out, i, populations[i], all, Shrinkage::to_all);
    double squares = 0;
    for_each_in_neighbourhood(neighbours, rates, i, [&](std::size_t j) {
      const double difference = rates[j] - around[own_means ? j : i].mean;
      squares += populations[j] * difference * difference;
    });
    const RatePrior prior{around[i].mean,
                          moment_variance(around[i].mean, squares, around[i].population, around[i].areas)};
    shrink(out, i, populations[i], prior, Shrinkage::to_neighbourhood);
  });
  return out;
}

std::vector<double> standardised_rates(std::span<const double> cases, std::span<const double> populations) {
  std::vector<double> rates = crude_rates(cases, populations);
  const RatePrior prior = prior_of_all(cases, populations, rates);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    if (std::isnan(rates[i])) continue;
    const double chance = prior.mean / populations[i], variance = prior.variance + chance;
    const double spread = variance < 0 ? chance : variance;
    rates[i] = spread > 0 ? (rates[i] - prior.mean) / std::sqrt(spread) : nan;
  }
  return rates;
}

}  // namespace tocsin
