#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include <tocsin/core/parallel.hpp>
#include <tocsin/hotspot/permutation/ascending.hpp>
#include <tocsin/hotspot/permutation/lag_places.hpp>
#include <tocsin/hotspot/permutation/short_rows.hpp>

namespace tocsin::permutation {
namespace {

constexpr double equal_weights = 1e-12;  // relative; well below what makes a tie
constexpr std::size_t places_a_block = 512;

struct Term {
  double weight, value;
};

auto identity(const LagPlace& place) {
  return std::tuple(place.dealt, place.count, place.sum, place.tie);
}

/// Reads places' rows. One for each block: it holds scratch, and rows that finish() completes.
class RowReader {
 public:
  /// @param cancelling_size  mean absolute value where values have both signs, so that sums cancel; else 0
  RowReader(std::span<const double> values, const Neighbours& neighbours, std::span<const std::uint32_t> by_value,
            double cancelling_size)
      : values_(values),
        neighbours_(neighbours),
        by_value_(by_value),
        cancelling_size_(cancelling_size),
        short_rows_(cancelling_size) {}

  /// @param found  of a place that was observed; complete at the latest at finish()
  void read(std::uint32_t place, LagPlace& found) {
    found = {.place = place};
    row_ = neighbours_.indices(place);
    weights_ = neighbours_.weights(place);
    if (!is_whole(place)) keep_what_counts(place);
    const std::size_t others = by_value_.size() - 1, count = row_.size();
    if (count == 0) return;
    if (!has_equal_weights()) {
      found.dealt = Dealt::weighted;
      sort_terms();
      sum_terms(found);
    } else if (count <= others - count) {
      found.dealt = Dealt::neighbours;
      sum_neighbours(found);
    } else if (count < others) {
      found.dealt = Dealt::others;
      turn_to_others(place);
      sum_terms(found);
    }
  }
  void finish() { short_rows_.finish(); }

  /// Of the last place that was read, if it is Dealt::weighted.
  [[nodiscard]] std::span<const Term> terms() const { return terms_; }

 private:
  /// Nobody in the row is left out. It mostly is, and is then read where it stands.
  [[nodiscard]] bool is_whole(std::uint32_t place) const {
    return by_value_.size() == values_.size() && std::find(row_.begin(), row_.end(), place) == row_.end() &&
           std::all_of(weights_.begin(), weights_.end(), [](double weight) { return weight > 0; });
  }

  void keep_what_counts(std::uint32_t place) {
    kept_.clear();
    kept_weights_.clear();
    for (std::size_t k = 0; k < row_.size(); ++k) {
      const double weight = weights_.empty() ? 1 : weights_[k];
      if (row_[k] == place || std::isnan(values_[row_[k]]) || weight <= 0) continue;
      kept_.push_back(row_[k]);
      kept_weights_.push_back(weight);
    }
    row_ = kept_;
    weights_ = kept_weights_;
  }

  [[nodiscard]] bool has_equal_weights() const {
    if (std::all_of(weights_.begin(), weights_.end(), [&](double weight) { return weight == weights_[0]; }))
      return true;
    const auto [least, largest] = std::minmax_element(weights_.begin(), weights_.end());
    return *largest <= *least * (1 + equal_weights);
  }

  void sum_neighbours(LagPlace& found) {
    if (row_.size() <= ShortRows::longest) {
      short_rows_.add(values_, row_, found);
      return;
    }
    terms_.clear();
    for (const std::uint32_t neighbour : row_) terms_.push_back({1, values_[neighbour]});
    std::sort(terms_.begin(), terms_.end(), [](const Term& a, const Term& b) { return a.value < b.value; });
    sum_terms(found);
  }

  void sort_terms() {
    terms_.clear();
    for (std::size_t k = 0; k < row_.size(); ++k) terms_.push_back({weights_[k], values_[row_[k]]});
    std::sort(terms_.begin(), terms_.end(),
              [](const Term& a, const Term& b) { return std::pair(b.weight, a.value) < std::pair(a.weight, b.value); });
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
  double cancelling_size_;
  ShortRows short_rows_;
  std::span<const std::uint32_t> row_;  // of the place that is read: who counts
  std::span<const double> weights_;     // theirs, or none: all are 1
  std::vector<std::uint32_t> kept_;
  std::vector<double> kept_weights_;
  std::vector<Term> terms_;
  std::vector<std::uint8_t> is_neighbour_;
};

double cancelling_size(std::span<const double> ascending) {
  if (ascending.empty() || ascending.front() >= 0 || ascending.back() <= 0) return 0;
  double sum = 0;
  for (const double value : ascending) sum += std::abs(value);
  return sum / static_cast<double>(ascending.size());
}

/// The others' values are all equal.
bool has_one_lag(std::span<const double> values, std::size_t rank) {
  const std::size_t n = values.size();
  const double least = values[rank == 0 ? 1 : 0], largest = values[rank == n - 1 ? n - 2 : n - 1];
  return largest - least <= tie_size * std::max(std::abs(least), std::abs(largest));
}

/// Orders those of equal value, and takes out those who could have one lag only; the runs that begin in [begin, end).
void order_ties(LagPlaces& places, std::size_t begin, std::size_t end) {
  const auto& values = places.values;
  while (begin > 0 && begin < end && values[begin] == values[begin - 1]) ++begin;
  for (std::size_t first = begin, last = begin; first < end; first = last) {
    while (last < values.size() && values[last] == values[first]) ++last;
    const auto run = std::span(places.ranks).subspan(first, last - first);
    if (run.size() > 1)
      std::sort(run.begin(), run.end(), [](const LagPlace& a, const LagPlace& b) {
        return std::tuple(identity(a), a.place) < std::tuple(identity(b), b.place);
      });
    for (std::size_t rank = first; rank < last; ++rank)
      if (places.ranks[rank].dealt != Dealt::nothing && has_one_lag(values, rank))
        places.ranks[rank].dealt = Dealt::nothing;
  }
}

/// Calls body(first, last) for blocks of [0, n).
template <typename Body>
void for_each_block(std::size_t n, const Progress& progress, Body body) {
  parallel_for((n + places_a_block - 1) / places_a_block, [&](std::size_t block) {
    throw_if_cancelled(progress);
    body(block * places_a_block, std::min(n, (block + 1) * places_a_block));
  });
}

}  // namespace

bool LagPlaces::alike(std::uint32_t a, std::uint32_t b) const {
  return values[a] == values[b] && identity(ranks[a]) == identity(ranks[b]);
}

LagPlaces lag_places(std::span<const double> values, const Neighbours& neighbours, const Progress& progress) {
  const std::vector<std::uint32_t> by_value = ascending_order(values);
  const std::size_t n = by_value.size();
  LagPlaces places;
  places.values.resize(n);
  places.ranks.resize(n);
  std::vector<std::uint32_t> rank_of(values.size());
  for_each_block(n, progress, [&](std::size_t first, std::size_t last) {
    for (std::size_t rank = first; rank < last; ++rank) {
      places.values[rank] = values[by_value[rank]] + 0.0;  // -0 becomes 0
      rank_of[by_value[rank]] = static_cast<std::uint32_t>(rank);
    }
  });
  const double cancelling = cancelling_size(places.values);

  // Rows are read in the order of the places, who mostly lie near their neighbours in memory.
  for_each_block(values.size(), progress, [&](std::size_t first, std::size_t last) {
    RowReader reader(values, neighbours, by_value, cancelling);
    for (std::size_t i = first; i < last; ++i)
      if (!std::isnan(values[i])) reader.read(static_cast<std::uint32_t>(i), places.ranks[rank_of[i]]);
    reader.finish();
  });
  for_each_block(n, progress, [&](std::size_t first, std::size_t last) { order_ties(places, first, last); });

  const auto is_weighted = [](const LagPlace& place) { return place.dealt == Dealt::weighted; };
  if (std::none_of(places.ranks.begin(), places.ranks.end(), is_weighted)) return places;
  places.weight_offsets.assign(1, 0);
  for (const LagPlace& place : places.ranks)
    places.weight_offsets.push_back(places.weight_offsets.back() + (is_weighted(place) ? place.count : 0));
  places.weights.resize(places.weight_offsets.back());
  for_each_block(n, progress, [&](std::size_t first, std::size_t last) {
    RowReader reader(values, neighbours, by_value, cancelling);
    for (std::size_t rank = first; rank < last; ++rank) {
      LagPlace place = places.ranks[rank];
      if (!is_weighted(place)) continue;
      reader.read(place.place, place);
      std::transform(reader.terms().begin(), reader.terms().end(),
                     places.weights.begin() + static_cast<std::ptrdiff_t>(places.weight_offsets[rank]),
                     [](const Term& term) { return term.weight; });
    }
  });
  return places;
}

}  // namespace tocsin::permutation
