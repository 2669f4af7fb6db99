#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <tocsin/regions/region.hpp>

namespace tocsin {

/// What became of a region from the last period to this one. RegionHistory says how regions are matched.
///
/// Sizes are numbers of places, over places that were observed in this period and in some period before: a region does
/// not grow because more is seen.
enum class RegionFate {
  appeared,  ///< it has no predecessor, by overlap or by a move
  stands,    ///< one predecessor, whose one successor it is; sizes differ by no more than `change`
  grew,      ///< the same, and its size is more than (1 + change) times the predecessor's
  shrank,    ///< the same, and the predecessor's size is more than (1 + change) times its own
  moved,     ///< its overlaps are below the thresholds, but it stands within `reach` of a region that would have ended
  split,     ///< its one predecessor has two successors or more
  merged,    ///< it has two predecessors or more (whether or not these have other successors, too)
  ended,     ///< it has no successor although enough of it was observed
  unseen     ///< it has no successor, and too little of it was observed to say that it ended
};
/// The name as it is written in tables: "appeared", "not observed" ...
std::string_view to_string(RegionFate fate);

struct RegionHistoryOptions {
  /// Two regions match when they share at least this part of the smaller of the two; in (0, 1].
  double least_share = 0.5;
  /// ... and at least this part of their union (Jaccard's index); in [0, 1]. Above 0 it keeps crumbs from being
  /// matched, and with that most splits and mergers from being seen.
  double least_jaccard = 0;
  /// Growth and shrinkage up to this part are none; at least 0.
  double change = 0.2;
  /// A region moved when the centroids are no farther apart than this many times the sum of the radii of discs of the
  /// two areas (1: the discs would touch); at least 0, where 0 means that nothing moves.
  double reach = 1.5;
  /// A region ends only in a period in which at least this part of it was observed; in (0, 1].
  double least_observed = 0.5;

  /// @throws Error invalid_argument
  void validate() const;
};

/// A region in a period.
struct RegionRecord {
  std::uint64_t id = 0;  ///< from 1, never used again
  RegionFate fate = RegionFate::appeared;
  std::optional<std::size_t> region;  ///< which of the regions that were given; empty: ended, unseen
  std::vector<std::uint64_t>
      previous;                ///< ids of its predecessors, ascending, with its own if it goes on; may be empty
  std::int64_t since = 0;      ///< the first period in which it stood; see RegionHistory
  std::int64_t last_seen = 0;  ///< the last period in which it was seen to stand; this one if `region` is set
  std::int64_t periods_not_observed = 0;  ///< so many periods from `since` to now that say nothing about it
  double share = 0;     ///< of the smaller, that it shares with the predecessor whose id or since it has; else NaN
  double jaccard = 0;   ///< the same, of the union
  double area_km2 = 0;  ///< when it was last seen, like the centroid
  Point centroid;
  std::size_t newly_observed = 0;   ///< so many of its places were never observed before
  std::vector<std::size_t> places;  ///< its last known extent, ascending; see RegionHistory
};

/// Follows regions from period to period: which region of this period is which of the last, and since when it stands.
///
/// Places that were not observed. Their last known state goes on: the last known extent of a region is its places, and
/// those that it had before and that were not observed since. In a period it is compared with over the places of that
/// extent which are observed. A region of which less than `least_observed` was observed and that has no successor
/// neither stands nor ends: it is kept, without the places that were seen to be quiet, and may be matched later.
///
/// Matches. A region and a predecessor match by `least_share` and `least_jaccard`, counting places observed in this
/// period (of the predecessor) and known from before (of the region). A predecessor that would have ended and a region
/// without a predecessor, of which at least `least_observed` is known from before, are joined as a move if they are
/// within `reach`: nearest pairs first, then by id and by order of the regions.
///
/// Identity. The heir of a predecessor is the successor that shares most places with it; then the larger, then the
/// first. A region takes the id of the largest of the predecessors whose heir it is; then of the one that shares most,
/// then of the lower id. Without such a one it takes a new id. So after a split the largest overlap keeps the id, after
/// a merger the region has the largest predecessor's; the other ids are not listed as ended but stand in `previous`.
///
/// Since. It goes with the id, through gaps in observation, moves and mergers, which neither end nor confirm it: a gap
/// is counted in `periods_not_observed`. A part split off inherits it from the predecessor with which it shares most. A
/// period that is left out when periods are added was not observed anywhere. Once ended, a region that comes back is
/// new.
///
/// Cost of a period: O(p log p) for p places in regions, old and new, and O(places) for the masks; memory likewise.
class RegionHistory {
 public:
  /// @param places  of the map: cells of the grid or areas
  explicit RegionHistory(std::size_t places, const RegionHistoryOptions& options = {});

  /// @param period    greater than the last one
  /// @param regions   places ascending, no place in two regions; area and centroid serve for moves
  /// @param observed  a flag for each place of the map, 0 = not observed; empty: everything was
  /// @return          the regions in their order, then those that ended or were not observed, by id
  /// @throws Error shape_mismatch, invalid_argument; nothing has changed then
  std::vector<RegionRecord> add(std::int64_t period, std::span<const Region> regions,
                                std::span<const std::uint8_t> observed = {});

 private:
  std::size_t places_ = 0;
  RegionHistoryOptions options_;
  std::vector<RegionRecord> known_;          ///< regions that have not ended, as they were last known, by id
  std::vector<std::uint8_t> ever_observed_;  ///< a flag for each place
  std::optional<std::int64_t> last_period_;
  std::uint64_t next_id_ = 1;
};

}  // namespace tocsin
