#include <algorithm>
#include <cmath>

#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/hotspot/permutation/dealing.hpp>
#include <tocsin/hotspot/permutation/distinct_draws.hpp>
#include <tocsin/hotspot/permutation/lag_sums.hpp>

namespace tocsin::permutation {
namespace {

constexpr std::size_t slots_held = 4096;  // 100 kB: they stay in a processor's cache while places read them
constexpr std::size_t batches_a_block = 16;
constexpr std::size_t places_a_block = 16;

/// The draws of a chunk; batches of `lanes` draws with `most` slots each.
class Chunk {
 public:
  /// @param most_ever  of any chunk: decides how to draw, so that a draw begins the same whoever still needs it
  void fill(const LagPlaces& places, std::uint64_t seed, std::int64_t first, std::int64_t draws, std::uint32_t most,
            std::uint32_t most_ever, const Progress& progress) {
    draws_ = draws;
    most_ = most;
    slots_.resize(batches() * most);
    parallel_for((batches() + batches_a_block - 1) / batches_a_block, [&](std::size_t block) {
      throw_if_cancelled(progress);
      DistinctDraws drawn(places.size() - 1, most_ever);
      const std::size_t end = std::min(batches(), (block + 1) * batches_a_block);
      for (std::size_t b = block * batches_a_block; b < end; ++b)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          RandomStream random({.seed = seed,
                               .purpose = static_cast<std::uint32_t>(RandomPurpose::conditional_draws),
                               .item = static_cast<std::uint64_t>(first) + b * lanes + lane});
          drawn.start_round();
          for (std::uint32_t k = 0; k < most; ++k) {
            const std::uint32_t number = drawn.next(random);
            Slot& slot = slots_[b * most + k];
            slot.number[lane] = number;
            slot.below[lane] = places.values[number];
            slot.above[lane] = places.values[number + 1];
          }
        }
    });
  }

  [[nodiscard]] std::size_t batches() const { return (static_cast<std::size_t>(draws_) + lanes - 1) / lanes; }
  [[nodiscard]] std::span<const Slot> batch(std::size_t b) const { return std::span(slots_).subspan(b * most_, most_); }
  /// The last batch may have fewer.
  [[nodiscard]] std::size_t draws_in(std::size_t b) const {
    return std::min(lanes, static_cast<std::size_t>(draws_) - b * lanes);
  }

 private:
  std::int64_t draws_ = 0;
  std::uint32_t most_ = 0;
  std::vector<Slot> slots_;
};

/// Compares with the draws of a chunk until the place may stop.
void compare(const LagPlace& place, std::uint32_t rank, std::span<const double> weights, const Chunk& chunk,
             LagSums lag_sums, double exceedances, TailCounts& tail) {
  const double lowest = place.lowest(), highest = place.highest();
  for (std::size_t b = 0; b < chunk.batches(); ++b) {
    const Lanes sums = lag_sums(chunk.batch(b), weights, rank);
    for (std::size_t lane = 0; lane < chunk.draws_in(b); ++lane) {
      tail.draws += 1;
      tail.greater += sums[lane] >= lowest ? 1 : 0;
      tail.less += sums[lane] <= highest ? 1 : 0;
      if (std::min(tail.greater, tail.less) < exceedances) continue;
      tail.ended = TailCounts::Ended::stopped;
      return;
    }
  }
}

}  // namespace

double expected_draws(const PermutationOptions& options) {
  const auto permutations = static_cast<double>(options.permutations);
  const double least = 2 * static_cast<double>(options.exceedances);
  return least >= permutations ? permutations : least * (1 + std::log(permutations / least));
}

void deal(const LagPlaces& places, std::span<const std::uint32_t> ranks, const PermutationOptions& options,
          Progress& progress, std::span<TailCounts> tails) {
  std::vector<std::uint32_t> going(ranks.begin(), ranks.end());
  const auto most_of = [&] {
    std::uint32_t most = 0;
    for (const std::uint32_t rank : going) most = std::max(most, places.ranks[rank].count);
    return most;
  };
  const std::uint32_t most_ever = most_of();
  const std::vector<double> ones(most_ever, 1.0);
  const auto exceedances = static_cast<double>(options.exceedances);
  const LagSums sums = lag_sums(widest_instruction_set());
  Chunk chunk;
  for (std::int64_t first = 0; first < options.permutations && !going.empty();) {
    const std::uint32_t most = std::max(most_of(), 1U);
    const auto held = static_cast<std::int64_t>(std::max<std::size_t>(1, slots_held / most / lanes) * lanes);
    const std::int64_t draws = std::min(options.permutations - first, held);
    chunk.fill(places, options.seed, first, draws, most, most_ever, progress);
    first += draws;
    parallel_for((going.size() + places_a_block - 1) / places_a_block, [&](std::size_t block) {
      throw_if_cancelled(progress);
      const std::size_t end = std::min(going.size(), (block + 1) * places_a_block);
      for (std::size_t k = block * places_a_block; k < end; ++k) {
        const LagPlace& place = places.ranks[going[k]];
        const auto weights =
            place.dealt == Dealt::weighted ? places.weights_of(going[k]) : std::span(ones).first(place.count);
        compare(place, going[k], weights, chunk, sums, exceedances, tails[going[k]]);
      }
    });
    const std::size_t before = going.size();
    std::erase_if(going, [&](std::uint32_t rank) { return tails[rank].ended == TailCounts::Ended::stopped; });
    progress.advance(static_cast<std::int64_t>(before - going.size()));
  }
  progress.advance(static_cast<std::int64_t>(going.size()));
}

}  // namespace tocsin::permutation
