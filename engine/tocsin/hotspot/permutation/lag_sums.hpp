#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <tocsin/core/instruction_set.hpp>

namespace tocsin::permutation {

constexpr std::size_t lanes = 8;  ///< draws that are summed side by side
using Lanes = std::array<double, lanes>;

/// One position of each of some draws: its number among the n - 1 values other than a place's own, and the sorted
/// values that stand there for places of a rank above the number, and for the others.
struct Slot {
  Lanes number, below, above;
};

/// The weighted sums that a place of the rank reads in the first slots of a batch. Each lane adds in the order of the
/// weights: the same bits with any instruction set.
using LagSums = Lanes (*)(std::span<const Slot> batch, std::span<const double> weights, double rank);
LagSums lag_sums(InstructionSet set);

}  // namespace tocsin::permutation
