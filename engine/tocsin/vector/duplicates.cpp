#include <algorithm>
#include <atomic>
#include <numeric>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/vector/duplicate_index.hpp>
#include <tocsin/vector/duplicate_records.hpp>
#include <tocsin/vector/duplicates.hpp>

namespace tocsin {

DuplicateIndex::DuplicateIndex(std::span<const ComparedRecord> records, std::span<const ComparedRecord> sought,
                               const DuplicateOptions& options)
    : options_(options) {
  std::array<bool, 4> level_sought{};  // of the units that points may be asked for
  for (const ComparedRecord& record : sought)
    if (!record.point) level_sought[record.level] = true;
  const bool units_sought = std::find(level_sought.begin(), level_sought.end(), true) != level_sought.end();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const ComparedRecord& record = records[i];
    if (record.point) {
      Squares& squares = squares_[radius_class(record.radius_m)];
      if (squares.points.empty()) {
        squares.largest_m = std::exp2(radius_class(record.radius_m));
        squares.side_m = std::max(1.0, options.within_m + squares.largest_m);
      }
      squares.points.add(square(static_cast<std::int64_t>(std::floor(record.x / squares.side_m)),
                                static_cast<std::int64_t>(std::floor(record.y / squares.side_m))),
                         record, i);
    }
    if (record.code >= 0 && (!record.point || units_sought))
      units_.add(key_of(record.point ? Key::point_code : Key::unit_code, 0, record.code), record, i);
    for (std::size_t level = 1; level < record.admin.size(); ++level)
      if (record.admin[level] >= 0 && (record.point ? level_sought[level] : record.level == level))
        units_.add(key_of(record.point ? Key::point_name : Key::unit_name, level, record.admin[level]), record, i);
  }
  for (auto& [radius, squares] : squares_) squares.points.settle();
  units_.settle();
}

namespace {

/// A pair that its codes make or forbid is not asked for by name again.
bool settled_by_code(const ComparedRecord& a, const ComparedRecord& b) {
  return a.code >= 0 && b.code >= 0 && (a.code == b.code || (!a.point && !b.point));
}

/// Records of one source looked for among those of another.
class Search {
 public:
  Search(std::span<const ComparedRecord> first, std::span<const ComparedRecord> second, const ComparedTexts& texts,
         const DuplicateOptions& options)
      : first_(first), second_(second), texts_(texts), options_(options), index_(second, first, options) {}

  /// How many comparisons it takes.
  [[nodiscard]] std::int64_t comparisons() const {
    return sum_of_blocks([&](std::size_t block, std::int64_t& sum) {
      for (const ComparedRecord& record : records_of(block))
        index_.near(record, [&](auto entries, bool) { sum += static_cast<std::int64_t>(entries.size()); });
    });
  }
  [[nodiscard]] std::int64_t count() const {
    return sum_of_blocks([&](std::size_t block, std::int64_t& sum) {
      each_pair(block, [&](const DuplicatePair&) {
        ++sum;
        return true;
      });
    });
  }
  /// False: more than `most` pairs; those found are then not all.
  [[nodiscard]] bool collect(std::int64_t most, std::vector<DuplicatePair>& pairs) const {
    std::atomic<std::int64_t> left{most};
    std::vector<std::vector<DuplicatePair>> found(blocks());
    parallel_for(found.size(), [&](std::size_t block) {
      each_pair(block, [&](const DuplicatePair& pair) {
        if (left.fetch_sub(1, std::memory_order_relaxed) <= 0) return false;
        found[block].push_back(pair);
        return true;
      });
    });
    for (const auto& some : found) pairs.insert(pairs.end(), some.begin(), some.end());
    return left.load() >= 0;
  }

 private:
  static constexpr std::size_t block_size = 256;
  [[nodiscard]] std::size_t blocks() const { return (first_.size() + block_size - 1) / block_size; }
  [[nodiscard]] std::span<const ComparedRecord> records_of(std::size_t block) const {
    const std::size_t from = block * block_size;
    return first_.subspan(from, std::min(block_size, first_.size() - from));
  }
  /// add(block, sum) adds a block's own number, which may be done by any thread.
  template <typename Add>
  [[nodiscard]] std::int64_t sum_of_blocks(const Add& add) const {
    std::vector<std::int64_t> sums(blocks(), 0);
    parallel_for(sums.size(), [&](std::size_t block) { add(block, sums[block]); });
    return std::accumulate(sums.begin(), sums.end(), std::int64_t{0});
  }
  /// Until take(pair) is false.
  template <typename Take>
  void each_pair(std::size_t block, Take&& take) const {
    bool more = true;
    for (const ComparedRecord& record : records_of(block)) {
      index_.near(record, [&](std::span<const DatedBuckets::Entry> entries, bool by_name) {
        for (const DatedBuckets::Entry& entry : entries) {
          if (!more) return;
          const ComparedRecord& other = second_[entry.index];
          if (by_name && settled_by_code(record, other)) continue;
          if (gap_days(record, other) > options_.days) continue;
          if (const auto pair = compare(record, other, texts_, options_)) more = take(*pair);
        }
      });
      if (!more) return;
    }
  }

  std::span<const ComparedRecord> first_, second_;
  const ComparedTexts& texts_;
  const DuplicateOptions& options_;
  DuplicateIndex index_;
};

[[noreturn]] void refuse(const EventsOfSource& one, const EventsOfSource& other, const std::string& what) {
  throw Error(ErrorCode::input,
              fmt::format("sources '{}' and '{}' hold {}; narrow the tolerances of place and days, ask for a higher "
                          "least score, or compare fewer records",
                          one.name, other.name, what));
}

/// Calls found(a, b, search) for each two sources.
template <typename Found>
void for_each_two(std::span<const EventsOfSource> sources, const DuplicateOptions& options, Found&& found) {
  ComparedTexts texts;
  std::vector<std::vector<ComparedRecord>> records;
  for (const EventsOfSource& source : sources) records.push_back(compared_records(source, texts));
  for (std::size_t a = 0; a < sources.size(); ++a)
    for (std::size_t b = a + 1; b < sources.size(); ++b) found(a, b, Search(records[a], records[b], texts, options));
}

}  // namespace

std::vector<DuplicatePair> find_duplicates(std::span<const EventsOfSource> sources, const DuplicateOptions& options) {
  std::vector<DuplicatePair> pairs;
  for_each_two(sources, options, [&](std::size_t a, std::size_t b, const Search& search) {
    const std::int64_t comparisons = search.comparisons();
    if (comparisons > options.most_comparisons)
      refuse(sources[a], sources[b],
             fmt::format("{} pairs of records near each other in place and day, more than the {} that are compared",
                         comparisons, options.most_comparisons));
    const std::size_t before = pairs.size();
    if (!search.collect(options.most_pairs - static_cast<std::int64_t>(before), pairs))
      refuse(sources[a], sources[b],
             fmt::format("more than {} pairs of records that may tell of one event", options.most_pairs));
    for (std::size_t i = before; i < pairs.size(); ++i) {
      pairs[i].first_source = a;
      pairs[i].second_source = b;
    }
  });
  std::sort(pairs.begin(), pairs.end(), [](const DuplicatePair& one, const DuplicatePair& other) {
    return std::tuple(-one.score, one.first_source, one.second_source, one.first_event, one.second_event) <
           std::tuple(-other.score, other.first_source, other.second_source, other.first_event, other.second_event);
  });
  return pairs;
}

std::vector<DuplicateCount> count_duplicates(std::span<const EventsOfSource> sources, const DuplicateOptions& options) {
  std::vector<DuplicateCount> counts;
  for_each_two(sources, options, [&](std::size_t a, std::size_t b, const Search& search) {
    if (search.comparisons() > options.most_comparisons)
      counts.push_back({a, b, std::nullopt});
    else if (const std::int64_t pairs = search.count(); pairs > 0)
      counts.push_back({a, b, pairs});
  });
  return counts;
}

std::vector<std::size_t> deciding_pairs(std::span<const DuplicatePair> pairs) {
  std::vector<std::size_t> deciding;
  std::set<std::pair<std::size_t, std::size_t>> gone;                   // source, event
  std::set<std::tuple<std::size_t, std::size_t, std::size_t>> matched;  // source, event, the other source
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const DuplicatePair& pair = pairs[i];
    if (gone.contains({pair.first_source, pair.first_event}) || gone.contains({pair.second_source, pair.second_event}))
      continue;
    const std::tuple one{pair.first_source, pair.first_event, pair.second_source};
    const std::tuple other{pair.second_source, pair.second_event, pair.first_source};
    if (matched.contains(one) || matched.contains(other)) continue;
    matched.insert(one);
    matched.insert(other);
    gone.insert({pair.second_source, pair.second_event});
    deciding.push_back(i);
  }
  return deciding;
}

}  // namespace tocsin
