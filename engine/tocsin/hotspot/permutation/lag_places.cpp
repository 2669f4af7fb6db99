#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include <tocsin/core/parallel.hpp>
#include <tocsin/hotspot/permutation/ascending.hpp>
#include <tocsin/hotspot/permutation/lag_places.hpp>

namespace tocsin::permutation {
namespace {

constexpr double tie_size = 1e-11;
constexpr double equal_weights = 1e-12;  // relative; well below what makes a tie
constexpr std::size_t places_a_block = 512;

struct Term {
  double weight, value;
};

auto identity(const LagPlace& place) {
  return std::tuple(place.dealt, place.count, place.sum, place.tie);
}

/// Reads a place's row. One for each block: it holds scratch.
class RowReader {
 public:
  RowReader(std::span<const double> values, const Neighbours& neighbours, std::span<const std::uint32_t> by_value)
      : values_(values), neighbours_(neighbours), by_value_(by_value) {}

  /// Mean absolute value where values have both signs, so that sums cancel; else 0.
  void set_cancelling_size(double size) { cancelling_size_ = size; }

  LagPlace read(std::uint32_t place) {
    read_terms(place);
    LagPlace found{.place = place};
    const std::size_t others = by_value_.size() - 1;
    if (terms_.empty()) return found;
    if (largest_weight_ > least_weight_ * (1 + equal_weights)) {
      found.dealt = Dealt::weighted;
    } else if (terms_.size() == others) {
      return found;
    } else {
      for (Term& term : terms_) term.weight = 1;
      found.dealt = terms_.size() <= others - terms_.size() ? Dealt::neighbours : Dealt::others;
      if (found.dealt == Dealt::others) turn_to_others(place);
    }
    if (found.dealt == Dealt::neighbours) sort_values();
    if (found.dealt == Dealt::weighted)
      std::sort(terms_.begin(), terms_.end(), [](const Term& a, const Term& b) {
        return std::pair(b.weight, a.value) < std::pair(a.weight, b.value);
      });
    sum_terms(found);
    return found;
  }

  [[nodiscard]] std::span<const Term> terms() const { return terms_; }

 private:
  void read_terms(std::uint32_t place) {
    terms_.clear();
    least_weight_ = std::numeric_limits<double>::infinity();
    largest_weight_ = 0;
    const auto row = neighbours_.indices(place);
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double value = values_[row[k]], weight = neighbours_.weight(place, k);
      if (row[k] == place || std::isnan(value) || weight <= 0) continue;
      terms_.push_back({weight, value});
      least_weight_ = std::min(least_weight_, weight);
      largest_weight_ = std::max(largest_weight_, weight);
    }
  }

  /// A few are sorted without branches, which would be guessed wrong half of the time.
  void sort_values() {
    constexpr std::size_t few = 12;
    const std::size_t n = terms_.size();
    if (n > few) {
      std::sort(terms_.begin(), terms_.end(), [](const Term& a, const Term& b) { return a.value < b.value; });
      return;
    }
    std::array<double, few> sorted{};
    for (std::size_t k = 0; k < n; ++k) {
      double carried = terms_[k].value;
      for (std::size_t j = 0; j < k; ++j) {
        const double before = sorted[j];
        sorted[j] = std::min(before, carried);
        carried = std::max(before, carried);
      }
      sorted[k] = carried;
    }
    for (std::size_t k = 0; k < n; ++k) terms_[k].value = sorted[k];
  }

  void turn_to_others(std::uint32_t place) {
    is_neighbour_.resize(values_.size(), 0);
    const auto mark = [&](std::uint8_t flag) {
      const auto row = neighbours_.indices(place);
      for (std::size_t k = 0; k < row.size(); ++k)
        if (neighbours_.weight(place, k) > 0) is_neighbour_[row[k]] = flag;
      is_neighbour_[place] = flag;
    };
    mark(1);
    terms_.clear();
    for (const std::uint32_t other : by_value_)
      if (is_neighbour_[other] == 0) terms_.push_back({1, values_[other]});
    mark(0);
  }

  void sum_terms(LagPlace& found) const {
    double size = 0, weights = 0;
    for (const Term& term : terms_) {
      found.sum += term.weight * term.value;
      size += term.weight * std::abs(term.value);
      weights += term.weight;
    }
    found.count = static_cast<std::uint32_t>(terms_.size());
    found.tie = tie_size * std::max(size, weights * cancelling_size_);
  }

  std::span<const double> values_;
  const Neighbours& neighbours_;
  std::span<const std::uint32_t> by_value_;
  double cancelling_size_ = 0, least_weight_ = 0, largest_weight_ = 0;
  std::vector<Term> terms_;
  std::vector<std::uint8_t> is_neighbour_;
};

/// The observed places by value.
std::vector<std::uint32_t> places_by_value(std::span<const double> values) {
  std::vector<std::uint32_t> observed;
  std::vector<double> numbers;
  observed.reserve(values.size());
  numbers.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    observed.push_back(static_cast<std::uint32_t>(i));
    numbers.push_back(values[i] + 0.0);  // -0 becomes 0
  }
  std::vector<std::uint32_t> order = ascending_order(numbers);
  for (std::uint32_t& entry : order) entry = observed[entry];
  return order;
}

double cancelling_size(std::span<const double> ascending) {
  if (ascending.empty() || ascending.front() >= 0 || ascending.back() <= 0) return 0;
  double sum = 0;
  for (const double value : ascending) sum += std::abs(value);
  return sum / static_cast<double>(ascending.size());
}

/// Orders those of equal value, and takes out those who could have one lag only because the others are all equal.
void order_ties(LagPlaces& places) {
  auto& ranks = places.ranks;
  const auto& values = places.values;
  for (std::size_t first = 0, last = 0; first < ranks.size(); first = last) {
    while (last < ranks.size() && values[last] == values[first]) ++last;
    if (last - first < 2) continue;
    std::sort(ranks.begin() + static_cast<std::ptrdiff_t>(first), ranks.begin() + static_cast<std::ptrdiff_t>(last),
              [](const LagPlace& a, const LagPlace& b) {
                return std::tuple(identity(a), a.place) < std::tuple(identity(b), b.place);
              });
  }
  const std::size_t n = ranks.size();
  for (std::size_t rank = 0; rank < n; ++rank) {
    if (ranks[rank].dealt == Dealt::nothing) continue;
    const double least = values[rank == 0 ? 1 : 0], largest = values[rank == n - 1 ? n - 2 : n - 1];
    if (largest - least <= tie_size * std::max(std::abs(least), std::abs(largest))) ranks[rank].dealt = Dealt::nothing;
  }
}

}  // namespace

bool LagPlaces::alike(std::uint32_t a, std::uint32_t b) const {
  return values[a] == values[b] && identity(ranks[a]) == identity(ranks[b]);
}

LagPlaces lag_places(std::span<const double> values, const Neighbours& neighbours, const Progress& progress) {
  const std::vector<std::uint32_t> by_value = places_by_value(values);
  LagPlaces places;
  places.values.reserve(by_value.size());
  for (const std::uint32_t place : by_value) places.values.push_back(values[place] + 0.0);
  const double cancelling = cancelling_size(places.values);

  // Rows are read in the order of the places, who mostly lie near their neighbours in memory.
  std::vector<LagPlace> read(values.size());
  const std::size_t blocks = (values.size() + places_a_block - 1) / places_a_block;
  parallel_for(blocks, [&](std::size_t block) {
    throw_if_cancelled(progress);
    RowReader reader(values, neighbours, by_value);
    reader.set_cancelling_size(cancelling);
    for (std::size_t i = block * places_a_block; i < std::min(values.size(), (block + 1) * places_a_block); ++i)
      if (!std::isnan(values[i])) read[i] = reader.read(static_cast<std::uint32_t>(i));
  });
  places.ranks.reserve(by_value.size());
  for (const std::uint32_t place : by_value) places.ranks.push_back(read[place]);
  order_ties(places);

  places.weight_offsets.assign(1, 0);
  for (const LagPlace& place : places.ranks)
    places.weight_offsets.push_back(places.weight_offsets.back() + (place.dealt == Dealt::weighted ? place.count : 0));
  places.weights.resize(places.weight_offsets.back());
  if (places.weights.empty()) return places;
  parallel_for((places.ranks.size() + places_a_block - 1) / places_a_block, [&](std::size_t block) {
    RowReader reader(values, neighbours, by_value);
    for (std::size_t r = block * places_a_block; r < std::min(places.ranks.size(), (block + 1) * places_a_block); ++r) {
      if (places.ranks[r].dealt != Dealt::weighted) continue;
      reader.read(places.ranks[r].place);
      std::transform(reader.terms().begin(), reader.terms().end(),
                     places.weights.begin() + static_cast<std::ptrdiff_t>(places.weight_offsets[r]),
                     [](const Term& term) { return term.weight; });
    }
  });
  return places;
}

}  // namespace tocsin::permutation
