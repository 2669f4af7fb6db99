#include <algorithm>
#include <array>
#include <atomic>
#include <limits>

#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/hotspot/permutation/ascending.hpp>
#include <tocsin/hotspot/permutation/distinct_draws.hpp>
#include <tocsin/hotspot/permutation/reference_samples.hpp>

namespace tocsin::permutation {
namespace {

constexpr std::int64_t draws_a_block = 512;
constexpr std::int64_t draws_a_chunk = std::int64_t{1} << 20;  // of which the sums are held
constexpr std::size_t sums_held = std::size_t{1} << 23;        // 64 MB
constexpr std::size_t places_a_block = 1024;
constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// Rounds drawn at random. A block of draws has a stream of its own.
class RandomSubsets {
 public:
  RandomSubsets(std::uint32_t n, std::uint32_t count, std::uint64_t seed, std::int64_t first_draw)
      : random_({.seed = seed,
                 .purpose = static_cast<std::uint32_t>(RandomPurpose::reference_sample),
                 .item = static_cast<std::uint64_t>(first_draw),
                 .draw = count}),
        draws_(n, count) {}

  void next(std::span<std::uint32_t> taken) {
    draws_.start_round();
    for (std::uint32_t& number : taken) number = draws_.next(random_);
  }

 private:
  RandomStream random_;
  DistinctDraws draws_;
};

/// Every subset, in the order of the combinatorial number system: the one with numbers c1 < c2 < ... has the place
/// C(c1, 1) + C(c2, 2) + ... (Knuth, TAOCP 7.2.1.3).
class AllSubsets {
 public:
  AllSubsets(std::uint32_t n, std::uint32_t count, std::uint64_t first) : numbers_(count + 1, n) {
    for (std::uint32_t j = count; j > 0; --j) {
      std::uint32_t least = j - 1, above = numbers_[j];  // the largest c with C(c, j) <= first
      while (above - least > 1) {
        const std::uint32_t middle = least + (above - least) / 2;
        (subsets(middle, j, first) <= first ? least : above) = middle;
      }
      numbers_[j - 1] = least;
      first -= subsets(least, j, first);
    }
  }

  void next(std::span<std::uint32_t> taken) {
    std::copy_n(numbers_.begin(), taken.size(), taken.begin());
    std::size_t j = 0;
    while (j < taken.size() && numbers_[j] + 1 == numbers_[j + 1]) {
      numbers_[j] = static_cast<std::uint32_t>(j);
      ++j;
    }
    if (j < taken.size()) ++numbers_[j];
  }

 private:
  std::vector<std::uint32_t> numbers_;  // ascending; the last is n
};

constexpr std::size_t side_by_side = 8;

/// How many are below each limit. Without branches, which would be guessed wrong half of the time, and side by side:
/// one search alone waits for its loads.
std::array<std::size_t, side_by_side> count_below(std::span<const double> ascending,
                                                  const std::array<double, side_by_side>& limits) {
  std::array<std::size_t, side_by_side> below{};
  for (std::size_t left = ascending.size(); left > 0;) {
    const std::size_t half = left - left / 2;
    for (std::size_t k = 0; k < side_by_side; ++k) below[k] += ascending[below[k] + half - 1] < limits[k] ? half : 0;
    left -= half;
  }
  return below;
}

/// Samples that are drawn together.
class Sampling {
 public:
  Sampling(const LagPlaces& places, std::span<const ReferenceSample> samples, Progress& progress,
           std::span<TailCounts> tails)
      : places_(places), samples_(samples), progress_(progress), tails_(tails), sample_of_(places.size(), none) {
    for (std::size_t s = 0; s < samples.size(); ++s) {
      for (const std::uint32_t rank : samples[s].ranks) sample_of_[rank] = static_cast<std::uint32_t>(s);
      most_draws_ = std::max(most_draws_, samples[s].draws);
    }
    chunk_ = std::min(most_draws_, draws_a_chunk);
    sums_.resize(samples.size() * static_cast<std::size_t>(chunk_));
    // A few places are counted in several copies, lest threads wait for each other's counters.
    const auto blocks = static_cast<std::size_t>((chunk_ + draws_a_block - 1) / draws_a_block);
    copies_ = thread_count() == 1
                  ? 1
                  : std::clamp<std::size_t>(65'536 / places.size(), 1, std::min(blocks, 4 * thread_count()));
    own_.resize(copies_ * places.size());
  }

  /// @param open  (first draw of a block) -> subsets
  template <typename Open>
  void run(Open open) {
    for (std::int64_t first = 0; first < most_draws_; first += chunk_) {
      const std::int64_t last = std::min(most_draws_, first + chunk_);
      parallel_for(static_cast<std::size_t>((last - first + draws_a_block - 1) / draws_a_block),
                   [&](std::size_t block) {
                     throw_if_cancelled(progress_);
                     const std::int64_t begin = first + static_cast<std::int64_t>(block) * draws_a_block;
                     draw(open(begin), block, first, begin, std::min(last, begin + draws_a_block));
                   });
      parallel_for(samples_.size(), [&](std::size_t s) { sort_ascending(sums(s, first)); });
      for (std::size_t s = 0; s < samples_.size(); ++s) compare(s, first);
    }
    for (const ReferenceSample& sample : samples_) progress_.advance(static_cast<std::int64_t>(sample.ranks.size()));
  }

 private:
  /// Of the draws that took a place's own value: how many have a lower sum, the same, and a higher one.
  using Own = std::array<std::uint32_t, 3>;

  /// The sums of a sample in the chunk that begins with draw `first`.
  std::span<double> sums(std::size_t s, std::int64_t first) {
    const std::int64_t held = std::clamp<std::int64_t>(samples_[s].draws - first, 0, chunk_);
    return std::span(sums_).subspan(s * static_cast<std::size_t>(chunk_), static_cast<std::size_t>(held));
  }

  template <typename Subsets>
  void draw(Subsets subsets, std::size_t block, std::int64_t first, std::int64_t begin, std::int64_t end) {
    std::vector<std::uint32_t> taken(samples_.back().count);
    std::vector<double> sum_of(samples_.size());
    Own* own = &own_[block % copies_ * places_.size()];
    for (std::int64_t d = begin; d < end; ++d) {
      subsets.next(taken);
      double sum = 0;
      std::size_t position = 0;
      for (std::size_t s = 0; s < samples_.size(); ++s) {
        for (; position < samples_[s].count; ++position) sum += places_.values[taken[position]];
        sum_of[s] = sum;
        if (d < samples_[s].draws)
          sums_[s * static_cast<std::size_t>(chunk_) + static_cast<std::size_t>(d - first)] = sum;
      }
      for (std::uint32_t k = 0; k < taken.size(); ++k) {
        const std::uint32_t rank = taken[k], s = sample_of_[rank];
        if (s == none || k >= samples_[s].count || d >= samples_[s].draws) continue;
        const std::size_t side = static_cast<std::size_t>(sum_of[s] >= places_.ranks[rank].lowest()) +
                                 static_cast<std::size_t>(sum_of[s] > places_.ranks[rank].highest());
        std::atomic_ref<std::uint32_t>(own[rank][side]).fetch_add(1, std::memory_order_relaxed);
      }
    }
  }

  /// Places that are alike follow each other and are looked up once.
  void compare(std::size_t s, std::int64_t first_draw) {
    const std::span<const double> sorted = sums(s, first_draw);
    const std::vector<std::uint32_t>& ranks = samples_[s].ranks;
    const bool is_last = first_draw + chunk_ >= most_draws_;
    const auto follows_alike = [&](std::size_t k) { return k > 0 && places_.alike(ranks[k], ranks[k - 1]); };
    parallel_for((ranks.size() + places_a_block - 1) / places_a_block, [&](std::size_t block) {
      throw_if_cancelled(progress_);
      const std::size_t end = std::min(ranks.size(), (block + 1) * places_a_block);
      std::size_t first = block * places_a_block;
      while (first < end && follows_alike(first)) ++first;  // they belong to an earlier block
      while (first < end) {
        std::array<std::span<const std::uint32_t>, side_by_side> alike;
        std::size_t found = 0;
        for (std::size_t last = first; found < side_by_side && first < end; first = last) {
          do ++last;
          while (last < ranks.size() && follows_alike(last));
          alike[found++] = std::span(ranks).subspan(first, last - first);
        }
        look_up(sorted, std::span(alike).first(found));
        if (!is_last) continue;
        for (std::size_t k = 0; k < found; ++k) leave_out(samples_[s].draws, alike[k]);
      }
    });
  }

  /// @param alike  at most `side_by_side`
  void look_up(std::span<const double> sorted, std::span<const std::span<const std::uint32_t>> alike) {
    std::array<double, side_by_side> lowest{};
    for (std::size_t k = 0; k < alike.size(); ++k) lowest[k] = places_.ranks[alike[k][0]].lowest();
    const std::array<std::size_t, side_by_side> below = count_below(sorted, lowest);
    for (std::size_t k = 0; k < alike.size(); ++k) {
      const double highest = places_.ranks[alike[k][0]].highest();
      const auto rest = sorted.subspan(below[k]);
      const auto above =
          rest.empty() || rest[0] > highest ? rest.begin() : std::upper_bound(rest.begin(), rest.end(), highest);
      for (const std::uint32_t rank : alike[k]) {
        tails_[rank].greater += static_cast<double>(rest.size());
        tails_[rank].less += static_cast<double>(above - sorted.begin());
      }
    }
  }

  /// Takes away the draws that took a place's own value. Places that are alike share the mean of what each of them
  /// would take away: the result then depends on what a place is, not on which of them it is.
  void leave_out(std::int64_t draws, std::span<const std::uint32_t> alike) {
    double lower = 0, equal = 0, higher = 0;
    for (const std::uint32_t rank : alike)
      for (std::size_t copy = 0; copy < copies_; ++copy) {
        const Own& own = own_[copy * places_.size() + rank];
        lower += own[0];
        equal += own[1];
        higher += own[2];
      }
    const auto places = static_cast<double>(alike.size());
    for (const std::uint32_t rank : alike) {
      TailCounts& tail = tails_[rank];
      tail.draws = static_cast<double>(draws) - (lower + equal + higher) / places;
      tail.greater -= (equal + higher) / places;
      tail.less -= (lower + equal) / places;
    }
  }

  const LagPlaces& places_;
  std::span<const ReferenceSample> samples_;
  Progress& progress_;
  std::span<TailCounts> tails_;
  std::vector<std::uint32_t> sample_of_;  // of a rank
  std::int64_t most_draws_ = 0, chunk_ = 0;
  std::vector<double> sums_;  // a row for each sample
  std::size_t copies_ = 1;
  std::vector<Own> own_;
};

}  // namespace

std::uint64_t subsets(std::uint64_t n, std::uint64_t count, std::uint64_t most) {
  if (count > n) return 0;
  count = std::min(count, n - count);
  std::uint64_t found = 1;
  for (std::uint64_t i = 1; i <= count; ++i) {
    if (found > most) return most + 1;
    found = found * (n - count + i) / i;  // C(n - count + i, i): rises with i
  }
  return std::min(found, most + 1);
}

void compare_with_samples(const LagPlaces& places, std::span<const ReferenceSample> samples, std::uint64_t seed,
                          Progress& progress, std::span<TailCounts> tails) {
  while (!samples.empty()) {
    std::size_t together = 0;
    for (std::int64_t most = 0; together < samples.size(); ++together) {
      most = std::max(most, std::min(samples[together].draws, draws_a_chunk));
      if (together > 0 && (together + 1) * static_cast<std::size_t>(most) > sums_held) break;
    }
    const std::uint32_t count = samples[together - 1].count;
    Sampling(places, samples.first(together), progress, tails).run([&](std::int64_t first_draw) {
      return RandomSubsets(places.size(), count, seed, first_draw);
    });
    samples = samples.subspan(together);
  }
}

void compare_with_all_subsets(const LagPlaces& places, const ReferenceSample& sample, Progress& progress,
                              std::span<TailCounts> tails) {
  Sampling(places, {&sample, 1}, progress, tails).run([&](std::int64_t first_draw) {
    return AllSubsets(places.size(), sample.count, static_cast<std::uint64_t>(first_draw));
  });
  for (const std::uint32_t rank : sample.ranks) tails[rank].ended = TailCounts::Ended::exact;
}

}  // namespace tocsin::permutation
