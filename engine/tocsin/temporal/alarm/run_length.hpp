#pragma once

#include <limits>

namespace tocsin {

/// S_t = max(0, S_(t-1) + count - reference); alarm where S >= limit.
struct CusumChart {
  double reference = 1;  ///< k, > 0
  double limit = 4;      ///< h, > 0
  double start = 0;      ///< S_0, 0 <= start < limit: above 0 for a fast first response
};

/// Independent counts of one mean: negative binomial of a size, or Poisson where it is infinite.
struct CusumCounts {
  double mean = 1;  ///< > 0
  double size = std::numeric_limits<double>::infinity();
};

/// Average number of periods to the first alarm, by the Markov chain of S on a lattice (Brook and Evans 1972,
/// Biometrika 59:539). Exact: reference, limit and start are whole multiples of 1/8, as those of cusum_reference() and
/// cusum_limit() are.
/// @throws Error  invalid_argument: what is not such a multiple, or a limit above 128
/// Cost           O((8 limit)^3), less where the reference is whole
double average_run_length(const CusumChart& chart, const CusumCounts& counts);

/// The reference that tells two means apart soonest, (m1 - m0) / log(m1 / m0) of Poisson counts (Lucas 1985,
/// Technometrics 27:129), the like of negative binomial ones (Hoehle and Paul 2008, Computational Statistics and Data
/// Analysis 52:4357); to the nearest 1/8
/// (of means from 4 on 1/2, from 16 on 1), but not 0.
double cusum_reference(const CusumCounts& usual, double rise);

/// The smallest limit, in the same steps, whose average run length is at least this.
/// @return  infinity where that is above 128, as of large counts that vary much: no chart for them
double cusum_limit(double reference, const CusumCounts& counts, double run_length);

}  // namespace tocsin
