#include <algorithm>
#include <cmath>
#include <numeric>

#include <tocsin/core/random.hpp>
#include <tocsin/scan/null_draws.hpp>

namespace tocsin {

NullDraws::NullDraws(const ScanSites& sites, ScanModel model, std::uint64_t seed)
    : model_(model), seed_(seed), cases_(std::llround(sites.total_cases)) {
  if (model == ScanModel::poisson) build_alias(sites.measure);
  if (model == ScanModel::bernoulli) list_persons(sites);
  if (model == ScanModel::permutation) list_cases(sites);
}

void NullDraws::build_alias(std::span<const double> weights) {
  std::vector<std::uint32_t> cells;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] > 0) cells.push_back(static_cast<std::uint32_t>(i));
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<double> share(cells.size());  // of an even one
  std::vector<std::uint32_t> poor, rich;
  for (std::uint32_t i = 0; i < cells.size(); ++i) {
    share[i] = weights[cells[i]] / total * static_cast<double>(cells.size());
    (share[i] < 1 ? poor : rich).push_back(i);
  }
  alias_.resize(cells.size());
  for (std::uint32_t i = 0; i < cells.size(); ++i) alias_[i] = {~std::uint32_t{0}, {cells[i], cells[i]}};
  while (!poor.empty() && !rich.empty()) {
    const std::uint32_t taker = poor.back(), giver = rich.back();
    poor.pop_back();
    alias_[taker].keep = static_cast<std::uint32_t>(std::min(share[taker] * 0x1p32, 0x1p32 - 1));
    alias_[taker].cells[1] = cells[giver];
    share[giver] -= 1 - share[taker];
    if (share[giver] >= 1) continue;
    rich.pop_back();
    poor.push_back(giver);
  }
}

void NullDraws::list_persons(const ScanSites& sites) {
  for (std::size_t i = 0; i < sites.measure.size(); ++i)
    persons_.insert(persons_.end(), static_cast<std::size_t>(sites.measure[i]), static_cast<std::uint32_t>(i));
}

void NullDraws::list_cases(const ScanSites& sites) {
  for (std::size_t i = 0; i < sites.cases.size(); ++i) {
    const std::size_t interval = i % sites.intervals, count = static_cast<std::size_t>(sites.cases[i]);
    first_cells_.insert(first_cells_.end(), count, static_cast<std::uint32_t>(i - interval));
    intervals_.insert(intervals_.end(), count, static_cast<std::uint32_t>(interval));
  }
}

void NullDraws::draw_cells(std::uint32_t replicate, std::span<std::uint32_t> cells) const {
  RandomStream random({seed_, static_cast<std::uint32_t>(RandomPurpose::scan_replicate), 0, replicate});
  if (model_ == ScanModel::poisson) {
    // Where there are few cells one number chooses the cell and, by its lower part, whether it is kept.
    constexpr std::size_t few = 1 << 16;
    const std::uint64_t size = alias_.size();
    for (std::uint32_t& cell : cells) {
      const std::uint64_t product = random.next() * size;
      const Alias& alias = alias_[product >> 32];
      const std::uint32_t coin = size <= few ? static_cast<std::uint32_t>(product) : random.next();
      cell = alias.cells[coin < alias.keep ? 0 : 1];
    }
  } else if (model_ == ScanModel::bernoulli) {
    // Floyd's sampling without replacement (Bentley and Floyd 1987): one number for each case.
    std::vector<std::uint8_t> taken(persons_.size());
    const auto size = static_cast<std::uint32_t>(persons_.size());
    std::uint32_t upto = size - static_cast<std::uint32_t>(cells.size());
    for (std::uint32_t& cell : cells) {
      const std::uint32_t wanted = random.below(++upto), person = taken[wanted] != 0 ? upto - 1 : wanted;
      taken[person] = 1;
      cell = persons_[person];
    }
  } else {
    // The times of the cases, shuffled (Durstenfeld 1964).
    std::copy(intervals_.begin(), intervals_.end(), cells.begin());
    for (std::uint32_t i = static_cast<std::uint32_t>(cells.size()); i > 1; --i)
      std::swap(cells[i - 1], cells[random.below(i)]);
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] += first_cells_[i];
  }
}

}  // namespace tocsin
