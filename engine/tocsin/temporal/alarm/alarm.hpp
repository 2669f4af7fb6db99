#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

enum class AlarmMethod : std::uint8_t {
  automatic,            ///< chosen by length and level of the history: choose_method()
  predictive,           ///< Gamma-Poisson: what the counts before let expect, with their dispersion
  ears_c1,              ///< mean and standard deviation of the 7 periods before
  ears_c2,              ///< the same, two periods further back
  ears_c3,              ///< three periods of C2 together
  farrington,           ///< Farrington et al. (1996): the same season in years before, with trend and reweighting
  farrington_flexible,  ///< Noufaily et al. (2013): all seasons, milder reweighting, half a year left out
  cusum,                ///< Poisson: small rises that last
  nb_cusum,             ///< the same for counts that vary more
  glr,                  ///< generalised likelihood ratio, Poisson: rises of unknown size since an unknown time
  glr_nb                ///< the same, negative binomial
};
/// "auto", "predictive", "ears-c1", ... , "farrington-flexible", "cusum", "nb-cusum", "glr", "glr-nb"
std::string_view name(AlarmMethod method);
/// The method of a name; empty when there is none.
std::optional<AlarmMethod> parse_alarm_method(std::string_view text);

/// How a period came to its verdict, or why it has none.
enum class AlarmReason : std::uint8_t {
  judged,
  floored,          ///< judged: the baseline did not vary, and a least spread stood in
  predictive,       ///< judged by the predictive rule: the method asked for cannot fit a reference without events
  too_few_events,   ///< not judged: fewer events of late than the method asks for (Farrington's 5 in 4 periods)
  too_little_past,  ///< not judged: the baseline has too few observed periods
  no_spread,        ///< not judged: the baseline did not vary, and no floor was asked for
  no_limit,         ///< not judged: counts so large and scattered that no CUSUM limit within reach keeps alarms rare
  blind,            ///< not judged: nobody could look (exposure 0). No alarm, and not quiet either.
  unobserved        ///< not judged: the count is missing
};
std::string_view name(AlarmReason reason);
/// Whether there is a verdict; if not, all numbers but `observed` are NaN and there is no flag.
constexpr bool is_judged(AlarmReason reason) {
  return reason <= AlarmReason::predictive;
}

struct AlarmPoint {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  double observed = none;
  double expected = none;
  double variance = none;  ///< of a new count around `expected`, its uncertainty included; NaN where there is none
  double upper = none;  ///< largest count that is no alarm; CUSUM: 0 also where the sum is so high that none is needed
  double score =
      none;         ///< (observed - expected) / (upper - expected): an alarm is above 1; NaN where both are the same
  double p = none;  ///< chance of at least so many under the method's own model; NaN where the method has none
  double statistic = none;  ///< of EARS C1 to C3, CUSUM and GLR; NaN for others
  double limit = none;      ///< of CUSUM and GLR: the statistic from which on they alarm; NaN for others
  bool flag = false;
  AlarmReason reason = AlarmReason::unobserved;
};

/// What a rise above the baseline is measured by in the predictive rule.
enum class PredictiveVariance : std::uint8_t {
  from_baseline,  ///< Pearson's X2 by its degrees of freedom, at least the Poisson one
  poisson         ///< equals the mean
};
/// What EARS divides by.
enum class EarsSpread : std::uint8_t {
  at_least_poisson,  ///< max(standard deviation, square root of the mean, least_sd)
  sample             ///< max(standard deviation, least_sd), as surveillance's earsC
};
/// Farrington's bound. All have a chance of alpha to be passed by a period without an outbreak.
enum class FarringtonBound : std::uint8_t {
  by_method,   ///< 1996: two_thirds; flexible: nb_quantile
  two_thirds,  ///< normal after the power 2/3, with the uncertainty of the fit
  untransformed,
  nb_quantile,    ///< of the negative binomial with mean mu0 and variance phi mu0 ("nbPlugin")
  nb_predictive,  ///< of the one whose variance has the uncertainty of the fit as well
  nb_of_bound     ///< of the one whose mean is mu0's own upper bound ("muan")
};
enum class CusumScale : std::uint8_t {
  counts,  ///< y - k, which is the likelihood ratio's increment but for a factor (Lucas 1985; Hoehle and Paul 2008)
  standardised,  ///< (y - m) / sqrt(m), as surveillance's `cusum`, whose k and h go with it
  rossi,         ///< (y - 3m + 2 sqrt(my)) / (2 sqrt(m)): Rossi, Lampugnani and Marchi (1999)
  anscombe       ///< (3/2) (y^(2/3) - m^(2/3)) / m^(1/6)
};
enum class CusumReset : std::uint8_t {
  cap,   ///< the sum stays at or below twice its limit, so that it comes down once the rise is over
  none,  ///< as surveillance's
  zero   ///< to 0 after an alarm
};

struct AlarmOptions {
  AlarmMethod method = AlarmMethod::automatic;
  double alpha = 0.01;         ///< one-sided chance of a false alarm in a period; CUSUM: 1 by the average run length
  std::size_t season = 12;     ///< periods a year
  std::size_t least_past = 4;  ///< observed periods without which nothing is judged (EARS: its whole baseline)

  std::size_t baseline = 0;  ///< predictive, CUSUM: the last so many observed periods; 0: all before
  PredictiveVariance predictive_variance = PredictiveVariance::from_baseline;

  std::size_t ears_baseline = 7;
  EarsSpread ears_spread = EarsSpread::at_least_poisson;
  double least_sd = 0.5;

  std::size_t years_back = 5;  ///< Farrington: at most so many; at least 3 must be there
  std::optional<std::size_t> half_window =
      {};                                     ///< periods about the same date in those years; by the season: 3 of weeks
  std::optional<double> reweight_above = {};  ///< standardised residual; infinite: never. By the method: 1, or 2.58
  std::optional<double> trend_p = {};         ///< keep a trend of p below; 0: none. By the method: 0.05, or 1 (always)
  std::optional<std::size_t> levels = {};     ///< of the season's factor (1: none); by the method and the season
  std::optional<std::size_t> left_out = {};   ///< periods before the one judged that are not fitted; by the method
  FarringtonBound bound = FarringtonBound::by_method;
  double least_events = 5;  ///< in the last `least_events_in` periods; 0: judge always
  std::size_t least_events_in = 4;

  double rise = 2;  ///< CUSUM: rate by the usual one that is to be found; above 1
  CusumScale cusum_scale = CusumScale::counts;
  std::optional<double> cusum_reference = {}, cusum_limit = {};  ///< k and h on that scale; by `rise`, and by `alpha`
  CusumReset cusum_reset = CusumReset::cap;

  double glr_limit = 5;                 ///< of the log likelihood ratio
  std::optional<double> glr_rise = {};  ///< a rate ratio that is looked for; empty: any
  std::optional<double> nb_size = {};   ///< of CUSUM's and GLR's negative binomial; empty: from the baseline's moments
  void validate() const;                ///< @throws Error invalid_argument
};

/// Judges the last periods of a series, each by what came before it alone. No method looks ahead, so that a rerun with
/// more periods tells the same of the old ones (CUSUM and GLR: if it starts with the same one, and by the same
/// `options`: they sum from the first judged period on, against the mean of all before it).
///
/// @param counts    of each period, >= 0; NaN = not observed. They need not be whole: a share of an event counts as
///                  such in baselines, and only whole events pass a bound that is a whole number.
/// @param exposure  of each period, >= 0, such as days on which somebody could look; empty: all alike. Baselines are
///                  taken at the rate by exposure. 0: the period is blind.
/// @param last      judge the last so many; more than there are: all
/// @return          one for each of them, in order of time
/// @throws Error    shape_mismatch, invalid_argument (a negative or infinite count or exposure, naming its period)
/// Cost             a period: EARS some tens of nanoseconds, predictive some microseconds, Farrington some tens of
/// them;
///                  GLR O(n^2) of the periods since its last alarm
std::vector<AlarmPoint> alarm(std::span<const double> counts, std::span<const double> exposure, std::size_t last,
                              const AlarmOptions& options = {});

/// What a method can be chosen by: the periods before the ones that are judged.
struct AlarmHistory {
  std::size_t observed = 0;  ///< periods with a count and an exposure above 0
  std::size_t length = 0;    ///< from the first observed one on
  double mean = 0;           ///< events a period; NaN where none was observed
};
AlarmHistory alarm_history(std::span<const double> counts, std::span<const double> exposure, std::size_t last);

/// Observed periods that a method asks for before the one it judges; CUSUM and GLR: before the first one it judges.
std::size_t least_history(AlarmMethod method, const AlarmOptions& options);

/// farrington_flexible where three years and half a window lie behind, four fifths of them observed, with at least
/// 1.25 events a period (fewer and it would mostly not judge); predictive otherwise.
AlarmMethod choose_method(const AlarmHistory& history, std::size_t season);
/// The choice in a sentence to be read out: "predictive rule: 9 observed periods; Farrington's asks for 36".
std::string say_choice(const AlarmHistory& history, std::size_t season);

}  // namespace tocsin
