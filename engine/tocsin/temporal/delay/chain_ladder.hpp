#pragma once

#include <vector>

#include <tocsin/temporal/delay/reporting_triangle.hpp>

namespace tocsin {

/// The chain ladder of insurance, with Mack's errors: what others use, to compare with.
struct ChainLadder {
  std::vector<double> factors;  ///< by delay d: known by d + 1 / known by d, over the rows that have both
  std::vector<double> sigma;    ///< of them, as Mack; its square is the variance a unit known
  std::vector<double> known;    ///< by row, by its last delay that is over; NaN where none is
  std::vector<double> ultimate, standard_error;
  double total = 0, total_error = 0;  ///< of the rows that have some delay over
};

/// Ultimate = known times the factors of the delays to come; the same as known / F of reverse_hazard(). Mack (1993),
/// ASTIN Bulletin 23, 213-225: the errors take the factors as estimated and rows as independent, without any
/// distribution. The last sigma^2, of one row, is min(s_{n-2}^4 / s_{n-3}^2, s_{n-3}^2, s_{n-2}^2). With the small and
/// zero counts of a district they are too sure (a row that is 0 stays 0, with error 0): nowcast() is not.
/// @param triangle  the number of delays that are over falls by at most one from row to row
/// @throws Error    invalid_argument: fewer than 2 rows or delays
ChainLadder chain_ladder(const ReportingTriangle& triangle);

}  // namespace tocsin
