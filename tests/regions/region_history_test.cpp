#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/regions/cell_regions.hpp>
#include <tocsin/regions/region_history.hpp>

#include "regions/maps.hpp"

namespace tocsin {
namespace {

using test::Map;
using test::map_of;
using Ids = std::vector<std::uint64_t>;
using Rows = std::vector<std::string>;

/// A history told in maps: each is a period.
class Story {
 public:
  explicit Story(const RegionHistoryOptions& options = {}) : options_(options) {}

  std::vector<RegionRecord> tell(const Rows& rows) {
    const Map map = map_of(rows);
    if (!history_) history_.emplace(map.grid.size(), options_);
    return history_->add(period_++, cell_regions(map.grid, map.mask), map.observed);
  }
  void leave_out_a_period() { ++period_; }

 private:
  RegionHistoryOptions options_;
  std::optional<RegionHistory> history_;
  std::int64_t period_ = 0;
};

std::string fates(const std::vector<RegionRecord>& records) {
  std::string text;
  for (const RegionRecord& record : records)
    text += (text.empty() ? "" : ", ") + std::to_string(record.id) + " " + std::string(to_string(record.fate));
  return text;
}

TEST(RegionHistory, WhatIsThereInTheFirstPeriodAppears) {
  Story story;
  const auto records = story.tell({"##....", "......", "....##"});
  EXPECT_EQ(fates(records), "1 appeared, 2 appeared");
  EXPECT_EQ(records[1].region, 1U);
  EXPECT_TRUE(records[0].previous.empty());
  EXPECT_EQ(records[0].since, 0);
  EXPECT_TRUE(std::isnan(records[0].share));
  EXPECT_EQ(records[0].newly_observed, 2U);
}

TEST(RegionHistory, Stands) {
  Story story;
  story.tell({"......", ".###..", ".###.."});
  const auto records = story.tell({"......", ".####.", ".###.."});  // 7 of 6: within a fifth
  EXPECT_EQ(fates(records), "1 stands");
  EXPECT_EQ(records[0].since, 0);
  EXPECT_EQ(records[0].last_seen, 1);
  EXPECT_EQ(records[0].previous, Ids{1});
  EXPECT_EQ(records[0].share, 1);
  EXPECT_DOUBLE_EQ(records[0].jaccard, 6.0 / 7);
  EXPECT_EQ(records[0].newly_observed, 0U);
}

TEST(RegionHistory, GrowsAndShrinks) {
  Story story;
  story.tell({"......", ".###..", ".###.."});
  EXPECT_EQ(fates(story.tell({".####.", ".####.", ".####."})), "1 grew");
  EXPECT_EQ(fates(story.tell({".##...", ".#....", ".....#"})), "1 shrank, 2 appeared");
}

TEST(RegionHistory, ChangeIsCountedFromTheSmaller) {
  Story story;  // 5 to 6 is a fifth and no growth; nor is 6 to 5 shrinkage
  story.tell({"#####."});
  EXPECT_EQ(fates(story.tell({"######"})), "1 stands");
  EXPECT_EQ(fates(story.tell({"#####."})), "1 stands");
  EXPECT_EQ(fates(story.tell({"####.."})), "1 shrank");
}

TEST(RegionHistory, Moves) {
  Story story;
  story.tell({"##.......", "##.......", "........."});
  const auto records = story.tell({"..##.....", "..##.....", "........."});
  EXPECT_EQ(fates(records), "1 moved");
  EXPECT_EQ(records[0].since, 0);
  EXPECT_EQ(records[0].previous, Ids{1});
  EXPECT_EQ(records[0].share, 0);
  EXPECT_EQ(fates(story.tell({"...##....", "...##....", "........."})), "1 stands");  // half is enough to match
  EXPECT_EQ(fates(story.tell({".......##", ".......##", "........."})), "2 appeared, 1 ended");  // too far
}

TEST(RegionHistory, AMoveMayOverlapALittle) {
  Story story;
  story.tell({"###...", "###...", "###..."});
  const auto records = story.tell({"..###.", "..###.", "..###."});
  EXPECT_EQ(fates(records), "1 moved");
  EXPECT_DOUBLE_EQ(records[0].share, 1.0 / 3);
  EXPECT_DOUBLE_EQ(records[0].jaccard, 1.0 / 5);
}

TEST(RegionHistory, TheNearestMoveAndNoneWhereReachIsZero) {
  // Two ended and one came: the nearer one moved, and of equals the lower id.
  Story story;
  story.tell({"#...#...", "........", "........"});
  EXPECT_EQ(fates(story.tell({"........", ".....#..", "........"})), "2 moved, 1 ended");
  Story even;
  even.tell({"#.#", "..."});
  EXPECT_EQ(fates(even.tell({"...", ".#."})), "1 moved, 2 ended");
  Story still({.reach = 0});
  still.tell({"##...."});
  EXPECT_EQ(fates(still.tell({"..##.."})), "2 appeared, 1 ended");
}

TEST(RegionHistory, Splits) {
  Story story;
  story.tell({".......", "#######", "......."});
  const auto records = story.tell({".......", "##.####", "......."});
  EXPECT_EQ(fates(records), "2 split, 1 split");  // the larger overlap keeps the id
  EXPECT_EQ(records[0].previous, Ids{1});
  EXPECT_EQ(records[1].previous, Ids{1});
  EXPECT_EQ(records[0].since, 0);  // the part stood all the time
  EXPECT_EQ(fates(story.tell({".......", "##.####", "......."})), "2 stands, 1 stands");
}

TEST(RegionHistory, OfEqualPartsTheLargerAndThenTheFirstIsHeir) {
  Story story;
  story.tell({".......", "#######", "......."});
  EXPECT_EQ(fates(story.tell({".......", "###.###", "....###"})), "2 split, 1 split");
  Story even;
  even.tell({"#####"});
  EXPECT_EQ(fates(even.tell({"##.##"})), "1 split, 2 split");
}

TEST(RegionHistory, Merges) {
  Story story;
  story.tell({"##.####"});
  const auto records = story.tell({"#######"});
  EXPECT_EQ(fates(records), "2 merged");  // the largest predecessor's id, and 1 did not end
  EXPECT_EQ(records[0].previous, (Ids{1, 2}));
  EXPECT_EQ(fates(story.tell({"#######"})), "2 stands");
  EXPECT_EQ(fates(story.tell({"##....."})), "2 shrank");
}

TEST(RegionHistory, AMergedRegionIsTheLargestPredecessorNotTheOneThatItSharesMostWith) {
  Story story;
  story.tell({"########.######"});
  EXPECT_EQ(fates(story.tell({"....###########"})), "1 merged");  // 4 of the 8 of 1, all 6 of 2
}

TEST(RegionHistory, OfEqualPredecessorsTheLowerIdGoesOn) {
  Story story;
  story.tell({"##.##"});
  EXPECT_EQ(fates(story.tell({"#####"})), "1 merged");
}

TEST(RegionHistory, ARegionThatMergedTakesAnIdThatIsFree) {
  // 1 splits, and its smaller part merges with 2: the larger part keeps 1, so the merged one goes on as 2.
  Story story;
  story.tell({"##########.#", "............"});
  const auto merged = story.tell({"#####.######", "............"});
  EXPECT_EQ(fates(merged), "1 split, 2 merged");
  EXPECT_EQ(merged[1].previous, (Ids{1, 2}));
}

TEST(RegionHistory, Ends) {
  Story story;
  story.tell({"##..", "##.."});
  const auto records = story.tell({"....", "...."});
  EXPECT_EQ(fates(records), "1 ended");
  EXPECT_FALSE(records[0].region);
  EXPECT_EQ(records[0].last_seen, 0);
  EXPECT_EQ(records[0].places, (std::vector<std::size_t>{0, 1, 4, 5}));
  EXPECT_DOUBLE_EQ(records[0].area_km2, 4);
  // What comes back is new: it did not stand without interruption.
  const auto back = story.tell({"##..", "##.."});
  EXPECT_EQ(fates(back), "2 appeared");
  EXPECT_EQ(back[0].since, 2);
}

TEST(RegionHistory, AGapInObservationNeitherEndsNorConfirms) {
  Story story;
  story.tell({"##..", "##.."});
  const auto gap = story.tell({"????", "????"});
  EXPECT_EQ(fates(gap), "1 not observed");
  EXPECT_EQ(gap[0].last_seen, 0);
  EXPECT_EQ(gap[0].periods_not_observed, 1);
  EXPECT_FALSE(gap[0].region);
  story.leave_out_a_period();
  const auto records = story.tell({"##..", "##.."});
  EXPECT_EQ(fates(records), "1 stands");
  EXPECT_EQ(records[0].since, 0);
  EXPECT_EQ(records[0].last_seen, 3);
  EXPECT_EQ(records[0].periods_not_observed, 2);
}

TEST(RegionHistory, EndsAfterAGapWhenItIsSeenToBeQuiet) {
  Story story;
  story.tell({"##..", "##.."});
  story.tell({"??..", "??.."});
  const auto records = story.tell({"....", "...."});
  EXPECT_EQ(fates(records), "1 ended");
  EXPECT_EQ(records[0].last_seen, 0);
  EXPECT_EQ(records[0].periods_not_observed, 1);
}

TEST(RegionHistory, SeeingLessIsNotShrinkingAndSeeingMoreIsNotGrowing) {
  Story story;
  story.tell({"######", "??????"});
  const auto less = story.tell({"###???", "??????"});
  EXPECT_EQ(fates(less), "1 stands");
  EXPECT_EQ(less[0].places, (std::vector<std::size_t>{0, 1, 2, 3, 4, 5}));  // the last known extent
  const auto more = story.tell({"######", "######"});
  EXPECT_EQ(fates(more), "1 stands");
  EXPECT_EQ(more[0].newly_observed, 6U);
  EXPECT_EQ(fates(story.tell({"######", "......"})), "1 shrank");
}

TEST(RegionHistory, EndsOnlyWhereEnoughOfItWasObserved) {
  Story story;
  story.tell({"######"});
  const auto kept = story.tell({"..????"});  // a third was seen to be quiet
  EXPECT_EQ(fates(kept), "1 not observed");
  EXPECT_EQ(kept[0].places, (std::vector<std::size_t>{2, 3, 4, 5}));
  EXPECT_EQ(fates(story.tell({"....??"})), "1 ended");  // half of what was left
}

TEST(RegionHistory, WhatWasNeverObservedBeforeIsNoMove) {
  Story story;
  story.tell({"##??"});
  const auto records = story.tell({"..##"});
  EXPECT_EQ(fates(records), "2 appeared, 1 ended");
  EXPECT_EQ(records[0].newly_observed, 2U);
}

TEST(RegionHistory, UnobservedPlacesGoToTheHeir) {
  Story story;
  story.tell({"########"});
  const auto records = story.tell({"###.##??"});
  EXPECT_EQ(fates(records), "1 split, 2 split");
  EXPECT_EQ(records[0].places, (std::vector<std::size_t>{0, 1, 2, 6, 7}));
  EXPECT_EQ(records[1].places, (std::vector<std::size_t>{4, 5}));
}

TEST(RegionHistory, JaccardMayBeAskedFor) {
  const Rows wide{"########"}, crumb{"##......"};
  Story by_share;
  by_share.tell(wide);
  EXPECT_EQ(fates(by_share.tell(crumb)), "1 shrank");
  Story by_both({.least_jaccard = 0.3, .reach = 0});
  by_both.tell(wide);
  EXPECT_EQ(fates(by_both.tell(crumb)), "2 appeared, 1 ended");
}

/// A region of areas, that has no grid.
Region region_of(std::vector<std::size_t> places) {
  Region region;
  region.places = std::move(places);
  return region;
}

TEST(RegionHistory, DoesNotDependOnTheNumbersOfPlaces) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    RegionHistory plain(144), shuffled(144);
    for (std::int64_t period = 0; period < 6; ++period) {
      RandomStream random({.seed = seed, .draw = static_cast<std::uint32_t>(period)});
      Map map = map_of(Rows(12, std::string(12, '.')));
      for (std::size_t cell = 0; cell < map.mask.size(); ++cell) {
        map.observed[cell] = random.uniform() < 0.9;
        map.mask[cell] = map.observed[cell] != 0 && random.uniform() < 0.3;
      }
      std::vector<Region> regions = cell_regions(map.grid, map.mask);
      const auto expected = plain.add(period, regions, map.observed);
      std::vector<std::uint8_t> observed(map.observed.rbegin(), map.observed.rend());
      for (Region& region : regions) {
        for (std::size_t& place : region.places) place = 143 - place;
        std::reverse(region.places.begin(), region.places.end());
      }
      const auto records = shuffled.add(period, regions, observed);
      ASSERT_EQ(records.size(), expected.size());
      for (std::size_t i = 0; i < records.size(); ++i) {
        EXPECT_EQ(records[i].id, expected[i].id);
        EXPECT_EQ(records[i].fate, expected[i].fate);
        EXPECT_EQ(records[i].previous, expected[i].previous);
        EXPECT_EQ(records[i].since, expected[i].since);
      }
    }
  }
}

TEST(RegionHistory, IdsAreUniqueAndEveryRegionIsAccountedFor) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    RegionHistory history(144);
    Ids alive;
    for (std::int64_t period = 0; period < 8; ++period) {
      RandomStream random({.seed = seed, .draw = static_cast<std::uint32_t>(period)});
      Map map = map_of(Rows(12, std::string(12, '.')));
      for (std::size_t cell = 0; cell < map.mask.size(); ++cell) {
        map.observed[cell] = random.uniform() < 0.8;
        map.mask[cell] = map.observed[cell] != 0 && random.uniform() < 0.35;
      }
      const std::vector<Region> regions = cell_regions(map.grid, map.mask);
      Ids now, accounted;
      std::vector<std::size_t> known_places;
      const auto records = history.add(period, regions, map.observed);
      for (std::size_t i = 0; i < records.size(); ++i) {
        const RegionRecord& record = records[i];
        EXPECT_EQ(record.region.has_value(), i < regions.size());
        EXPECT_LE(record.since, record.last_seen);
        for (const std::uint64_t id : record.previous) accounted.push_back(id);
        if (record.fate == RegionFate::ended) continue;
        now.push_back(record.id);
        known_places.insert(known_places.end(), record.places.begin(), record.places.end());
      }
      std::sort(now.begin(), now.end());
      EXPECT_EQ(std::adjacent_find(now.begin(), now.end()), now.end());
      // Last known extents do not overlap.
      std::sort(known_places.begin(), known_places.end());
      EXPECT_EQ(std::adjacent_find(known_places.begin(), known_places.end()), known_places.end());
      // Each region that stood goes on somewhere, ends, or was not observed.
      std::sort(accounted.begin(), accounted.end());
      accounted.erase(std::unique(accounted.begin(), accounted.end()), accounted.end());
      EXPECT_EQ(accounted, alive);
      alive = now;
    }
  }
}

TEST(RegionHistory, ServesListsOfAreas) {
  RegionHistory history(10);
  history.add(2019, std::vector<Region>{region_of({2, 3}), region_of({7})});
  const auto records = history.add(2020, std::vector<Region>{region_of({2, 3, 4})});
  EXPECT_EQ(fates(records), "1 grew, 2 ended");
  EXPECT_EQ(records[0].since, 2019);
}

TEST(RegionHistory, RefusesWhatCannotBe) {
  RegionHistory history(4);
  const auto add = [&](std::int64_t period, std::vector<Region> regions, std::vector<std::uint8_t> observed = {}) {
    return history.add(period, regions, observed);
  };
  add(5, {region_of({1})});
  EXPECT_THROW(add(5, {}), Error);                                // periods rise
  EXPECT_THROW(add(6, {region_of({})}), Error);                   // no places
  EXPECT_THROW(add(6, {region_of({4})}), Error);                  // no such place
  EXPECT_THROW(add(6, {region_of({1, 0})}), Error);               // not ascending
  EXPECT_THROW(add(6, {region_of({0}), region_of({0})}), Error);  // in two regions
  EXPECT_THROW(add(6, {region_of({0})}, {0, 1, 1, 1}), Error);    // not observed
  EXPECT_THROW(add(6, {}, {1, 1}), Error);                        // two flags for four places
  EXPECT_EQ(fates(add(6, {region_of({1})})), "1 stands");         // nothing of that had changed anything
  EXPECT_THROW(RegionHistory(4, {.least_share = 0}), Error);
  EXPECT_THROW(RegionHistory(4, {.least_jaccard = 2}), Error);
  EXPECT_THROW(RegionHistory(4, {.change = -1}), Error);
  EXPECT_THROW(RegionHistory(4, {.reach = NAN}), Error);
  EXPECT_THROW(RegionHistory(4, {.least_observed = 0}), Error);
}

}  // namespace
}  // namespace tocsin
