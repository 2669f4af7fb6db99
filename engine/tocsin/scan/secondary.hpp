#pragma once

#include <functional>
#include <span>
#include <vector>

#include <tocsin/scan/observed.hpp>

namespace tocsin {

/// Those of a list, best first, that hold no site of a better one of the result; with their sites.
/// @param least_llr  windows that do not pass it are left out
std::vector<FoundWindow> without_overlap(const ReplicateScan& scan, std::vector<FoundWindow> windows, double least_llr);

/// Gini coefficient of the relative rates of a collection of windows that do not overlap, and of the rest of the map:
/// twice the area between the Lorenz curve of cases over expected cases and the diagonal.
double gini_coefficient(const ReplicateScan& scan, std::span<const FoundWindow> windows);

/// The sizes that the Gini coefficient chooses from: 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50 % up to
/// `most`, and that.
std::vector<double> gini_sizes(double most);

}  // namespace tocsin
