#pragma once

#include <cstddef>
#include <memory>

#include <tocsin/density/tile_painter.hpp>

namespace tocsin {

/// Any kernel with finite support, by adding the kernel's value cell after cell. Cost: the cells of the square around
/// each event, several at a time.
/// @return null for gaussian
std::unique_ptr<TilePainter> make_direct_painter(Kernel kernel, const Grid& grid, double bandwidth_m,
                                                 InstructionSet set = widest_instruction_set());

/// Whether sweeping is expected to be quicker than adding cell after cell.
bool sweep_is_quicker(Kernel kernel, const Grid& grid, double bandwidth_m, std::size_t events);

}  // namespace tocsin
