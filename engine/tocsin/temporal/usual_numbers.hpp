#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/temporal/nowcast.hpp>

namespace tocsin {

/// What usual numbers are taken from, all columns series x periods as in Nowcast.
struct PastNumbers {
  std::size_t series = 0, periods = 0;
  std::span<const double> known;
  std::span<const double> exposure;      ///< full periods that a cell is worth: the share of it that could be known
  std::span<const double> access_share;  ///< of a cell's days, those with access
  std::span<const Silence> silence;      ///< so far; those that were too silent are not what is usual
  int history_periods = 12;              ///< open periods of a series that its number is taken from

  [[nodiscard]] std::size_t at(std::size_t of_series, std::size_t period) const { return of_series * periods + period; }
};

/// What is usual in a period: the mean number of each series, and how numbers vary about it.
struct UsualNumbers {
  std::vector<double> mean;        ///< by series, of a full period; NaN: no history at all
  std::vector<double> shape;       ///< by series: of the gamma distribution of rates; smaller where less is known
  std::vector<UsualFrom> from;     ///< by series
  std::vector<double> dispersion;  ///< by series: variance by mean of its numbers, at least 1
  std::vector<double> rests_on;    ///< by series: so many independent events say as much of the mean
  double lower_shape = 0;          ///< as shape, but of how far numbers fall below the mean: after a surge the shape
                                   ///< leaves room for silence, which a history of even periods does not
};

/// The usual numbers of period `t`. Of each series its last history_periods open periods before count, however old they
/// are: a place that was closed for years is still taken for what it was. Periods of a silence that goes on are left
/// out, until it has lasted for history_periods. A series without any open period before takes what became known of
/// closed ones and those after; one without any takes the mean of all, with the shape of how series differ.
/// Each mean is drawn towards that of all series by the weight of one period.
/// Cost O(series x periods looked back)
UsualNumbers usual_numbers(const PastNumbers& past, std::size_t t);

}  // namespace tocsin
