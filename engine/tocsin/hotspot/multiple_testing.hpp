#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tocsin {

/// What is held at its level when many places are tested at once.
enum class Correction : std::uint8_t {
  none,
  benjamini_hochberg,   ///< the expected share of false places among those found, for tests that are independent or go
                        ///< together: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B
                        ///< 57:289-300
  benjamini_yekutieli,  ///< the same, however the tests depend: Benjamini and Yekutieli (2001), Annals of Statistics
                        ///< 29:1165-1188
  holm,                 ///< the chance of any false place: Holm (1979), Scandinavian Journal of Statistics 6:65-70
  bonferroni            ///< the same, weaker
};

/// Adjusted p-values: a place is found at level q where its adjusted p is <= q. As R's p.adjust.
/// @param p  NaN = not tested: stays NaN and does not count among the tests
/// @throws Error invalid_argument for a p outside [0, 1], naming its row
/// Cost: O(n log n).
std::vector<double> adjusted(std::span<const double> p, Correction correction);

/// The word for it in commands and files: "none", "bh", "by", "holm", "bonferroni".
std::string_view name(Correction correction);

}  // namespace tocsin
