#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <tocsin/vector/events.hpp>

namespace tocsin {

/// One of several sources that may tell of the same events.
struct EventsOfSource {
  std::string name;
  const Events* events = nullptr;  ///< all in one projected CRS, metres
};

struct DuplicateOptions {
  double within_m = 5000;  ///< points may lie so far apart, beyond what their own precision allows
  int days = 2;            ///< spans may lie so many days apart; 0: they have to touch
  double least_score = 0.5;
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

/// Pairs of records, never of one source, that agree within tolerances on place and day. After the merging tools of the
/// field (MELTT: Donnay, Dunford, McGrath, Backer and Cunningham 2019, Journal of Conflict Resolution 63(5)), which
/// compare place, time, actor and kind of event by tolerances.
///
/// The score is the mean of what can be compared, so that a field that one source does not give neither helps nor
/// hurts:
///   place     1 - d / (within + what the two precisions allow); 1 for the same unit
///   day       1 - gap / (days + 1), times days of the shorter span / days of the longer one to the power of 1/2
///   actor     1 where the folded names agree or one holds the other, else 0
///   persons   smaller / larger number
///   category  1 where the folded names agree; where they do not, it is left out, as every source has its own words
/// Pairs below least_score are left out.
/// A record that is known to the country only pairs with none.
///
/// Sorted by descending score, then by the indices: the order does not depend on that of the records in equal scores.
/// Cost: O(n log n) for n records, plus the pairs of records within reach of each other.
std::vector<DuplicatePair> find_duplicates(std::span<const EventsOfSource> sources, const DuplicateOptions& options);

/// Which pairs decide when each event is told by one source only: pairs are taken in their order (find_duplicates), an
/// event enters one pair of any two sources at most, and a record that is gone takes no other with it.
/// @return indices of pairs; the second record of each is one that goes, and no record goes twice
std::vector<std::size_t> deciding_pairs(std::span<const DuplicatePair> pairs);

}  // namespace tocsin
