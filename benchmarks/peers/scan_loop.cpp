// The scan statistic as a careful program does it without vectors: neighbours sorted once; replicate after replicate,
// every circle in turn; the smallest population that each number of cases was met in, so that logarithms are taken once
// for each number of cases and not for each circle (the way of SaTScan's "measure list"). Options as those of
// scan_peer.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <limits>
#include <numeric>
#include <random>

#include "worker.hpp"

namespace {

struct Places {
  std::vector<double> x, y, population, cases;
  double all_population = 0, all_cases = 0;
};

Places read_places(const std::string& path) {
  const std::vector<double> numbers = peers::read_raw<double>(path);
  Places places;
  for (std::size_t i = 0; i + 3 < numbers.size(); i += 4) {
    places.x.push_back(numbers[i]);
    places.y.push_back(numbers[i + 1]);
    places.population.push_back(numbers[i + 2]);
    places.cases.push_back(numbers[i + 3]);
  }
  places.all_population = std::accumulate(places.population.begin(), places.population.end(), 0.0);
  places.all_cases = std::accumulate(places.cases.begin(), places.cases.end(), 0.0);
  return places;
}

/// Of each centre the places within half of the population, nearest first.
std::vector<std::vector<std::uint32_t>> sort_neighbours(const Places& places) {
  const std::size_t n = places.x.size();
  std::vector<std::vector<std::uint32_t>> neighbours(n);
  std::vector<std::pair<double, std::uint32_t>> order(n);
  for (std::size_t centre = 0; centre < n; ++centre) {
    for (std::uint32_t i = 0; i < n; ++i) {
      const double dx = places.x[i] - places.x[centre], dy = places.y[i] - places.y[centre];
      order[i] = {dx * dx + dy * dy, i};
    }
    std::sort(order.begin(), order.end());
    double inside = 0;
    for (const auto& [distance2, i] : order) {
      inside += places.population[i];
      if (inside > places.all_population / 2) break;
      neighbours[centre].push_back(i);
    }
  }
  return neighbours;
}

double likelihood_ratio(double c, double e, double all) {
  return c * std::log(c / e) + (c < all ? (all - c) * std::log((all - c) / (all - e)) : 0);
}

/// @param least  room for the smallest population by number of cases
double largest(const Places& places, const std::vector<std::vector<std::uint32_t>>& neighbours,
               const std::vector<std::int32_t>& cases, std::vector<double>& least) {
  std::fill(least.begin(), least.end(), std::numeric_limits<double>::infinity());
  for (const auto& sites : neighbours) {
    std::int32_t inside = 0;
    double population = 0;
    for (const std::uint32_t i : sites) {
      inside += cases[i];
      population += places.population[i];
      double& smallest = least[static_cast<std::size_t>(inside)];
      if (population < smallest) smallest = population;
    }
  }
  double most = 0;
  for (std::size_t c = 2; c < least.size(); ++c) {
    const double expected = least[c] * places.all_cases / places.all_population;
    if (static_cast<double>(c) > expected)
      most = std::max(most, likelihood_ratio(static_cast<double>(c), expected, places.all_cases));
  }
  return most;
}

void measure(const peers::Options& given) {
  const Places places = read_places(given.text("--places"));
  const int replicates = given.integer("--replicates");
  std::vector<double> values;
  const auto scan = [&] {
    const auto neighbours = sort_neighbours(places);
    std::vector<double> least(static_cast<std::size_t>(places.all_cases) + 1);
    std::vector<std::int32_t> cases(places.cases.begin(), places.cases.end());
    values = {largest(places, neighbours, cases, least)};
    std::mt19937_64 random(1);
    std::vector<double> cumulative(places.population.size());
    std::partial_sum(places.population.begin(), places.population.end(), cumulative.begin());
    for (int r = 0; r < replicates; ++r) {
      std::fill(cases.begin(), cases.end(), 0);
      for (double i = 0; i < places.all_cases; ++i) {
        const double at = std::ldexp(static_cast<double>(random() >> 11), -53) * cumulative.back();
        ++cases[static_cast<std::size_t>(std::upper_bound(cumulative.begin(), cumulative.end(), at) -
                                         cumulative.begin())];
      }
      values.push_back(largest(places, neighbours, cases, least));
    }
  };
  peers::serve("", scan, [&](const std::string& path) { peers::write_raw<double>(path, values); });
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(peers::Options(argc, argv, 1));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "scan_loop: " << error.what() << '\n';
    return 1;
  }
}
