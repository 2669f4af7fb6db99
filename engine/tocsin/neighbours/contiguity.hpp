#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include <tocsin/neighbours/neighbours.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin {

struct ContiguityOptions {
  /// Boundaries that come this near to each other count as touching: for maps whose areas do not quite meet. Keep it
  /// well below the size of the areas. 0: they must touch.
  double tolerance_m = 0;
  void validate() const;  ///< @throws Error invalid_argument
};

// Neighbours of areas by their boundaries: binary and symmetric, no area its own neighbour. Boundaries touch where they
// share a vertex, where a vertex of one lies on an edge of the other (a T-junction) and where they cross. Holes have
// boundaries as well: an island in a lake is the neighbour of the area around the lake only where it fills the lake to
// its shore. An area without a shape is an island. Whoever lies inside another area without touching its boundary is no
// neighbour; see overlapping_areas().
// What lies within the rounding of the coordinates (2^-48 of the largest one, 2 nanometres at 500 km) counts as
// touching, since a point on a slanting edge can seldom be written down exactly.
// All work in parallel and give the same result for any number of threads; a larger tolerance never takes a neighbour
// away. They throw Error invalid_argument for a coordinate that is not finite.
// Cost: for each two areas whose bounding boxes meet, a pass over both outlines and a sweep over what is near.

/// Areas whose boundaries share at least a point ("queen").
Neighbours queen_neighbours(const Areas& areas, const ContiguityOptions& options = {});

/// Areas that share a length of boundary ("rook"): an edge, or a run along each other that is longer than the
/// tolerance, and than 2^-30 of the largest coordinate (0.5 mm at 500 km), so that two edges that leave a common corner
/// at an angle are not taken for one. The run is measured along both: where they meet at an angle, its cosine shortens
/// it. So boundaries within the tolerance that part at less than 45 degrees from a common corner are neighbours, and so
/// are areas whose corners overlap by more than half of it; at 0 they are not.
Neighbours rook_neighbours(const Areas& areas, const ContiguityOptions& options = {});

/// Pairs of place numbers.
using PlacePairs = std::span<const std::pair<std::uint32_t, std::uint32_t>>;

/// Neighbours with links that geometry does not show, in both directions: two banks that a ferry joins. A link that was
/// there keeps its weight, a new one gets `weight`.
/// @throws Error invalid_argument: a place that is not there, a place paired with itself, a weight not finite or < 0
Neighbours joined(const Neighbours& neighbours, PlacePairs pairs, double weight = 1);

/// Neighbours without these links, in both directions: a border that nobody crosses. Pairs that were not linked are
/// none still.
/// @throws Error invalid_argument: a place that is not there
Neighbours separated(const Neighbours& neighbours, PlacePairs pairs);

}  // namespace tocsin
