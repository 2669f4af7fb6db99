#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/regions/region_history.hpp>

namespace tocsin {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// A known region and a region of this period that share places.
struct Overlap {
  std::size_t known = 0;
  std::size_t region = 0;
  std::size_t shared = 0;
};

/// What stands against what in a period. Sizes count the places that can be compared.
struct Comparison {
  std::vector<std::size_t> known_sizes;            ///< of the last known extents: places observed now
  std::vector<std::size_t> region_sizes;           ///< of the regions: places observed before
  std::vector<std::vector<Overlap>> predecessors;  ///< of each region: the matches, by known region
  std::vector<std::vector<Overlap>> successors;    ///< of each known region: the same matches, by region
  std::vector<std::size_t> heirs;                  ///< of each known region; `none` without a successor

  [[nodiscard]] double share(const Overlap& overlap) const {
    const std::size_t smaller = std::min(known_sizes[overlap.known], region_sizes[overlap.region]);
    return smaller == 0 ? undefined : static_cast<double>(overlap.shared) / static_cast<double>(smaller);
  }
  [[nodiscard]] double jaccard(const Overlap& overlap) const {
    const std::size_t both = known_sizes[overlap.known] + region_sizes[overlap.region] - overlap.shared;
    return both == 0 ? undefined : static_cast<double>(overlap.shared) / static_cast<double>(both);
  }
};

/// All pairs that share a place, by region and then by known region.
std::vector<Overlap> overlaps_of(const std::vector<RegionRecord>& known, std::span<const Region> regions) {
  std::vector<std::pair<std::size_t, std::size_t>> owners;  // place, known region
  for (std::size_t k = 0; k < known.size(); ++k)
    for (const std::size_t place : known[k].places) owners.emplace_back(place, k);
  std::sort(owners.begin(), owners.end());
  std::vector<Overlap> overlaps;
  std::vector<std::size_t> met;
  for (std::size_t r = 0; r < regions.size(); ++r) {
    met.clear();
    for (const std::size_t place : regions[r].places) {
      const auto owner = std::lower_bound(owners.begin(), owners.end(), std::pair{place, std::size_t{0}});
      if (owner != owners.end() && owner->first == place) met.push_back(owner->second);
    }
    std::sort(met.begin(), met.end());
    for (std::size_t i = 0; i < met.size(); ++i) {
      if (i == 0 || met[i] != met[i - 1]) overlaps.push_back({met[i], r, 0});
      ++overlaps.back().shared;
    }
  }
  return overlaps;
}

/// The successor that shares most; then the larger, then the first.
std::size_t heir_among(const std::vector<Overlap>& successors, std::span<const Region> regions) {
  const Overlap* best = nullptr;
  const auto rank = [&](const Overlap& o) { return std::pair{o.shared, regions[o.region].places.size()}; };
  for (const Overlap& overlap : successors)
    if (best == nullptr || rank(overlap) > rank(*best)) best = &overlap;
  return best == nullptr ? none : best->region;
}

template <typename Flag>
std::size_t count_places(const std::vector<std::size_t>& places, Flag flag) {
  return static_cast<std::size_t>(std::count_if(places.begin(), places.end(), flag));
}

double radius_m(double area_km2) {
  return std::sqrt(area_km2 * 1e6 / std::numbers::pi);
}

struct Move {
  double distance_m = 0;
  std::size_t known = 0;
  std::size_t region = 0;
  friend bool operator<(const Move& a, const Move& b) {
    return std::tie(a.distance_m, a.known, a.region) < std::tie(b.distance_m, b.known, b.region);
  }
};

/// Every pair of the two lists that is within reach. Known regions are sorted by x, so that far ones are not looked at.
std::vector<Move> moves_within_reach(const std::vector<RegionRecord>& known, std::vector<std::size_t> left_known,
                                     std::span<const Region> regions, const std::vector<std::size_t>& left_regions,
                                     double reach) {
  const auto x_of = [&](std::size_t k) { return known[k].centroid.x(); };
  std::erase_if(left_known, [&](std::size_t k) { return !std::isfinite(x_of(k)); });
  std::sort(left_known.begin(), left_known.end(), [&](std::size_t a, std::size_t b) { return x_of(a) < x_of(b); });
  double largest = 0;
  for (const std::size_t k : left_known) largest = std::max(largest, radius_m(known[k].area_km2));
  std::vector<Move> moves;
  for (const std::size_t r : left_regions) {
    const Point& centre = regions[r].centroid;
    const double radius = radius_m(regions[r].area_km2), far = reach * (radius + largest);
    auto k = std::lower_bound(left_known.begin(), left_known.end(), centre.x() - far,
                              [&](std::size_t index, double x) { return x_of(index) < x; });
    for (; k != left_known.end() && x_of(*k) <= centre.x() + far; ++k) {
      const double distance = std::hypot(x_of(*k) - centre.x(), known[*k].centroid.y() - centre.y());
      if (distance <= reach * (radius + radius_m(known[*k].area_km2))) moves.push_back({distance, *k, r});
    }
  }
  std::sort(moves.begin(), moves.end());
  return moves;
}

/// The predecessor that a region goes on from, and whether it is its heir and takes the id.
struct Origin {
  const Overlap* overlap = nullptr;
  bool takes_id = false;
};

Origin origin_of(const Comparison& comparison, std::size_t region) {
  Origin best;
  const auto rank = [&](const Overlap& overlap, bool takes_id) {
    const std::size_t size = comparison.known_sizes[overlap.known];
    return takes_id ? std::tuple{true, size, overlap.shared} : std::tuple{false, overlap.shared, size};
  };
  for (const Overlap& overlap : comparison.predecessors[region]) {  // by id: of equals the lower stays
    const bool takes_id = comparison.heirs[overlap.known] == region;
    if (best.overlap == nullptr || rank(overlap, takes_id) > rank(*best.overlap, best.takes_id))
      best = {&overlap, takes_id};
  }
  return best;
}

RegionFate fate_of(const Comparison& comparison, std::size_t region, bool has_moved, double change) {
  const std::vector<Overlap>& predecessors = comparison.predecessors[region];
  if (predecessors.empty()) return RegionFate::appeared;
  if (has_moved) return RegionFate::moved;
  if (predecessors.size() > 1) return RegionFate::merged;
  if (comparison.successors[predecessors[0].known].size() > 1) return RegionFate::split;
  const auto before = static_cast<double>(comparison.known_sizes[predecessors[0].known]);
  const auto now = static_cast<double>(comparison.region_sizes[region]);
  if (now > (1 + change) * before) return RegionFate::grew;
  if (before > (1 + change) * now) return RegionFate::shrank;
  return RegionFate::stands;
}

void check_region(std::size_t r, const Region& region, std::size_t places, std::span<const std::uint8_t> observed) {
  if (region.places.empty()) throw Error(ErrorCode::invalid_argument, fmt::format("region {} has no places", r));
  for (std::size_t i = 0; i < region.places.size(); ++i) {
    const std::size_t place = region.places[i];
    if (place >= places)
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("region {} has place {}, but there are {} places", r, place, places));
    if (i > 0 && place <= region.places[i - 1])
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("the places of region {} are not in ascending order without repeats", r));
    if (!observed.empty() && observed[place] == 0)
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("region {} has place {}, which was not observed; leave it out of the mask", r, place));
  }
}

void check_apart(std::span<const Region> regions) {
  std::vector<std::size_t> all;
  for (const Region& region : regions) all.insert(all.end(), region.places.begin(), region.places.end());
  std::sort(all.begin(), all.end());
  const auto twice = std::adjacent_find(all.begin(), all.end());
  if (twice != all.end())
    throw Error(ErrorCode::invalid_argument, fmt::format("place {} is in two regions of the same period", *twice));
}

/// One period of a history.
class PeriodMatcher {
 public:
  PeriodMatcher(const std::vector<RegionRecord>& known, const std::vector<std::uint8_t>& ever_observed,
                std::span<const Region> regions, std::span<const std::uint8_t> observed,
                const RegionHistoryOptions& options)
      : known_(known), ever_observed_(ever_observed), regions_(regions), observed_(observed), options_(options) {
    compare();
    move();
  }

  /// The record of a region; its id is 0 if it needs a new one.
  [[nodiscard]] RegionRecord record(std::size_t region, std::int64_t period) const {
    RegionRecord record;
    record.fate = fate_of(comparison_, region, has_moved_[region], options_.change);
    record.region = region;
    record.since = record.last_seen = period;
    record.share = record.jaccard = undefined;
    record.area_km2 = regions_[region].area_km2;
    record.centroid = regions_[region].centroid;
    record.places = regions_[region].places;
    record.newly_observed = record.places.size() - comparison_.region_sizes[region];
    for (const Overlap& overlap : comparison_.predecessors[region]) record.previous.push_back(known_[overlap.known].id);
    const Origin origin = origin_of(comparison_, region);
    if (origin.overlap == nullptr) return record;
    const RegionRecord& before = known_[origin.overlap->known];
    if (origin.takes_id) record.id = before.id;
    record.since = before.since;
    record.periods_not_observed = before.periods_not_observed;
    record.share = comparison_.share(*origin.overlap);
    record.jaccard = comparison_.jaccard(*origin.overlap);
    return record;
  }

  /// Gives each heir the places of its predecessor that were not observed.
  void hand_on_unobserved_places(std::vector<RegionRecord>& records) const {
    for (std::size_t k = 0; k < known_.size(); ++k) {
      if (comparison_.heirs[k] == none) continue;
      std::vector<std::size_t>& extent = records[comparison_.heirs[k]].places;
      const auto own = static_cast<std::ptrdiff_t>(extent.size());
      for (const std::size_t place : known_[k].places)
        if (!is_observed(place)) extent.push_back(place);
      std::inplace_merge(extent.begin(), extent.begin() + own, extent.end());
    }
  }

  /// The known regions without a successor, by id.
  [[nodiscard]] std::vector<RegionRecord> without_successor() const {
    std::vector<RegionRecord> records;
    for (std::size_t k = 0; k < known_.size(); ++k) {
      if (comparison_.heirs[k] != none) continue;
      RegionRecord& record = records.emplace_back(known_[k]);
      record.region.reset();
      record.previous = {record.id};
      record.share = record.jaccard = undefined;
      record.newly_observed = 0;
      record.fate = enough_observed(k) ? RegionFate::ended : RegionFate::unseen;
      if (record.fate == RegionFate::ended) continue;
      ++record.periods_not_observed;
      std::erase_if(record.places, [&](std::size_t place) { return is_observed(place); });
    }
    return records;
  }

 private:
  [[nodiscard]] bool is_observed(std::size_t place) const { return observed_.empty() || observed_[place] != 0; }
  [[nodiscard]] bool enough_observed(std::size_t k) const {
    return static_cast<double>(comparison_.known_sizes[k]) >=
           options_.least_observed * static_cast<double>(known_[k].places.size());
  }
  [[nodiscard]] bool known_from_before(std::size_t r) const {
    return static_cast<double>(comparison_.region_sizes[r]) >=
           options_.least_observed * static_cast<double>(regions_[r].places.size());
  }

  void compare() {
    for (const RegionRecord& record : known_)
      comparison_.known_sizes.push_back(
          count_places(record.places, [&](std::size_t place) { return is_observed(place); }));
    for (const Region& region : regions_)
      comparison_.region_sizes.push_back(
          count_places(region.places, [&](std::size_t place) { return ever_observed_[place] != 0; }));
    comparison_.predecessors.resize(regions_.size());
    comparison_.successors.resize(known_.size());
    overlaps_ = overlaps_of(known_, regions_);
    for (const Overlap& overlap : overlaps_) {
      if (comparison_.share(overlap) < options_.least_share) continue;
      if (comparison_.jaccard(overlap) < options_.least_jaccard) continue;
      comparison_.predecessors[overlap.region].push_back(overlap);
      comparison_.successors[overlap.known].push_back(overlap);
    }
    for (const std::vector<Overlap>& successors : comparison_.successors)
      comparison_.heirs.push_back(heir_among(successors, regions_));
  }

  void move() {
    has_moved_.assign(regions_.size(), false);
    if (options_.reach == 0) return;
    std::vector<std::size_t> left_known, left_regions;
    for (std::size_t k = 0; k < known_.size(); ++k)
      if (comparison_.heirs[k] == none && enough_observed(k)) left_known.push_back(k);
    for (std::size_t r = 0; r < regions_.size(); ++r)
      if (comparison_.predecessors[r].empty() && known_from_before(r)) left_regions.push_back(r);
    for (const Move& move : moves_within_reach(known_, left_known, regions_, left_regions, options_.reach)) {
      if (comparison_.heirs[move.known] != none || has_moved_[move.region]) continue;
      has_moved_[move.region] = true;
      comparison_.heirs[move.known] = move.region;
      comparison_.predecessors[move.region] = {{move.known, move.region, shared(move.known, move.region)}};
    }
  }

  /// Places that a pair shares, also below the thresholds.
  [[nodiscard]] std::size_t shared(std::size_t k, std::size_t r) const {
    const auto found = std::lower_bound(overlaps_.begin(), overlaps_.end(), std::pair{r, k},
                                        [](const Overlap& overlap, const auto& pair) {
                                          return std::pair{overlap.region, overlap.known} < pair;
                                        });
    return found != overlaps_.end() && found->region == r && found->known == k ? found->shared : 0;
  }

  const std::vector<RegionRecord>& known_;
  const std::vector<std::uint8_t>& ever_observed_;
  std::span<const Region> regions_;
  std::span<const std::uint8_t> observed_;
  const RegionHistoryOptions& options_;
  std::vector<Overlap> overlaps_;
  Comparison comparison_;
  std::vector<bool> has_moved_;
};

}  // namespace

std::string_view to_string(RegionFate fate) {
  switch (fate) {
    case RegionFate::appeared:
      return "appeared";
    case RegionFate::stands:
      return "stands";
    case RegionFate::grew:
      return "grew";
    case RegionFate::shrank:
      return "shrank";
    case RegionFate::moved:
      return "moved";
    case RegionFate::split:
      return "split";
    case RegionFate::merged:
      return "merged";
    case RegionFate::ended:
      return "ended";
    case RegionFate::unseen:
      return "not observed";
  }
  return "";
}

void RegionHistoryOptions::validate() const {
  const auto refuse = [](const char* name, const char* rule, double value) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{} must be {}, got {}", name, rule, value));
  };
  if (!(least_share > 0 && least_share <= 1)) refuse("least_share", "above 0 and at most 1", least_share);
  if (!(least_jaccard >= 0 && least_jaccard <= 1)) refuse("least_jaccard", "from 0 to 1", least_jaccard);
  if (!(change >= 0 && std::isfinite(change))) refuse("change", "at least 0", change);
  if (!(reach >= 0 && std::isfinite(reach))) refuse("reach", "at least 0", reach);
  if (!(least_observed > 0 && least_observed <= 1)) refuse("least_observed", "above 0 and at most 1", least_observed);
}

RegionHistory::RegionHistory(std::size_t places, const RegionHistoryOptions& options)
    : places_(places), options_(options), ever_observed_(places, 0) {
  options_.validate();
}

std::vector<RegionRecord> RegionHistory::add(std::int64_t period, std::span<const Region> regions,
                                             std::span<const std::uint8_t> observed) {
  if (last_period_ && period <= *last_period_)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("period {} comes after period {}; add periods in order", period, *last_period_));
  if (!observed.empty() && observed.size() != places_)
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} flags of observation for {} places; give one a place", observed.size(), places_));
  for (std::size_t r = 0; r < regions.size(); ++r) check_region(r, regions[r], places_, observed);
  check_apart(regions);

  const std::int64_t left_out = last_period_ ? period - *last_period_ - 1 : 0;
  for (RegionRecord& record : known_) record.periods_not_observed += left_out;
  const PeriodMatcher matcher(known_, ever_observed_, regions, observed, options_);
  std::vector<RegionRecord> records;
  for (std::size_t r = 0; r < regions.size(); ++r) {
    records.push_back(matcher.record(r, period));
    if (records.back().id == 0) records.back().id = next_id_++;
  }
  matcher.hand_on_unobserved_places(records);
  for (RegionRecord& record : matcher.without_successor()) records.push_back(std::move(record));

  known_.clear();
  for (const RegionRecord& record : records)
    if (record.fate != RegionFate::ended) known_.push_back(record);
  std::sort(known_.begin(), known_.end(), [](const RegionRecord& a, const RegionRecord& b) { return a.id < b.id; });
  for (std::size_t place = 0; place < places_; ++place)
    if (observed.empty() || observed[place] != 0) ever_observed_[place] = 1;
  last_period_ = period;
  return records;
}

}  // namespace tocsin
