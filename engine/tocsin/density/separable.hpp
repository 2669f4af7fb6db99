#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/density/cell_block.hpp>
#include <tocsin/density/event_rows.hpp>

namespace tocsin {

/// Gaussian density in a block of cells, in events per km2, row-major; an internal part of density().
///
/// The kernel is a product of a factor in x and one in y, so a block is a product of matrices. Few events: one column
/// of factors for each event. Many: events are first gathered into square boxes one standard deviation wide, as moments
/// about the box's centre (the fast Gauss transform: Greengard and Strain (1991), SIAM J. Sci. Stat. Comput. 12, 79-94,
/// with Hermite expansions); the cost of a cell then no longer depends on the number of events.
/// The cheaper one in multiplications is taken. Cells beyond reach of every event are exactly 0.
std::vector<double> gaussian_block(const EventRows& events, const Grid& grid, double deviation_m,
                                   const CellBlock& block);

}  // namespace tocsin
