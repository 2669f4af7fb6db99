#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/vector/events.hpp>

namespace tocsin {

/// One of several sources that may tell of the same events.
struct EventsOfSource {
  std::string name;
  const Events* events = nullptr;             ///< all in one projected CRS, metres
  std::span<const std::uint8_t> usable = {};  ///< by event: 0 for one that is not compared; empty: all are
};

struct DuplicateOptions {
  double within_m = 5000;  ///< points may lie so far apart, beyond what their own precision allows
  int days = 2;            ///< spans may lie so many days apart; 0: they have to touch
  double least_score = 0.5;
  /// More pairs than this are no list that anybody reads: a pair takes some 80 bytes.
  std::int64_t most_pairs = 1'000'000;
  /// Comparisons of two records within reach of each other: a core makes some 10 to 50 million a second.
  std::int64_t most_comparisons = 2'000'000'000;
};

/// Two records of different sources that may tell of one event. Indices are those of the span of sources, and of the
/// events in each; the first source comes first in the span.
struct DuplicatePair {
  std::size_t first_source = 0, second_source = 0;
  std::size_t first_event = 0, second_event = 0;
  double score = 0;        ///< 0 to 1, see find_duplicates
  double distance_m = 0;   ///< between the coordinates; NaN where a record has none
  int days_apart = 0;      ///< between the spans; 0 where they touch
  bool same_unit = false;  ///< matched by the unit that both name, not by coordinates
};

/// How many pairs two sources have.
struct DuplicateCount {
  std::size_t first_source = 0, second_source = 0;
  std::optional<std::int64_t> pairs;  ///< empty: not counted, as that would take more than most_comparisons
};

/// Pairs of records, never of one source, that agree within tolerances on place and day. After the merging tools of the
/// field (MELTT: Donnay, Dunford, McGrath, Backer and Cunningham 2019, Journal of Conflict Resolution 63(5)), which
/// compare place, time, actor and kind of event by tolerances.
///
/// The score is the mean of what can be compared, so that a field that one source does not give neither helps nor
/// hurts:
///   place     1 - d / (within + what the two precisions allow); 1 for the same unit
///   day       1 - gap / (days + 1), times days of the shorter span / days of the longer one to the power of 1/2
///   actor     1 where the folded names agree, or one holds all words of the other in their order; 0 where the words
///             that it adds set it apart ("in opposition", "faction", "dissidents"), and for other names
///   persons   smaller / larger number
///   category  1 where the folded names agree; where they do not, it is left out, as every source has its own words
/// Pairs below least_score are left out.
///
/// Two points are compared by their distance. A record that is known to a unit is compared by units: with one known to
/// a unit of the same level by the codes if both give one, else by the names at that level; with a point by equal
/// codes, else by the name that the point's record gives at the unit's level. Names of higher levels that both give
/// must agree as well ("Central" of two provinces). A record that is known to the country only pairs with none, nor
/// does one whose coordinates no projection reached, which readers put a million kilometres away.
///
/// Sorted by descending score, then by the indices: the order does not depend on that of the records in equal scores.
/// @throws Error input: more than most_pairs or most_comparisons, with what to narrow
/// Cost: O(n log n) for n records, plus one comparison for each two records whose spans come near each other and that
/// lie in neighbouring squares of the tolerance, or in one unit. In parallel.
std::vector<DuplicatePair> find_duplicates(std::span<const EventsOfSource> sources, const DuplicateOptions& options);

/// The number of pairs that find_duplicates() would give of each two sources, of which none is kept. Without those that
/// have none.
std::vector<DuplicateCount> count_duplicates(std::span<const EventsOfSource> sources, const DuplicateOptions& options);

/// Whether two folded names may be of one actor: see find_duplicates.
bool same_actor(std::string_view one, std::string_view other);

/// Which pairs decide when each event is told by one source only: pairs are taken in their order (find_duplicates), an
/// event enters one pair of any two sources at most, and a record that is gone takes no other with it.
/// @return indices of pairs; the second record of each is one that goes, and no record goes twice
std::vector<std::size_t> deciding_pairs(std::span<const DuplicatePair> pairs);

}  // namespace tocsin
