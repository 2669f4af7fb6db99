#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/regions/cell_runs.hpp>

namespace tocsin {

/// A corner of the lattice of a grid: the north-west corner of cell (column, row).
struct LatticePoint {
  std::int64_t column = 0;
  std::int64_t row = 0;
  friend bool operator==(const LatticePoint&, const LatticePoint&) = default;
};

enum class RingRole {
  outer,  ///< clockwise
  hole    ///< counter-clockwise
};

/// A closed walk along the edges of cells with the flagged cells to its right. It turns at each corner, visits none
/// twice and begins at the northernmost, of these the westernmost; the first corner is not repeated at the end.
struct LatticeRing {
  std::vector<LatticePoint> corners;
  RingRole role = RingRole::outer;
  std::size_t run = 0;  ///< a run that it bounds
};

/// The boundary of all cells of the runs, in rings. Each rook component has one outer ring and the holes that bound it:
/// together a valid polygon. Where cells meet only at a corner, two rings touch there.
///
/// @param runs  as cell_runs() gives them
/// @return      rings in the order of the first side of a run that they follow
/// Cost         O(runs) time and memory: only the ends of runs are looked at
std::vector<LatticeRing> boundary_rings(std::span<const CellRun> runs);

}  // namespace tocsin
