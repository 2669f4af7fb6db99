#pragma once

namespace tocsin {

/// Counts that were seen, for the next one.
struct PredictiveBaseline {
  double events = 0;      ///< >= 0
  double exposure = 1;    ///< > 0
  double dispersion = 1;  ///< variance by mean, >= 1
};
struct Prediction {
  double mean = 0;
  double variance = 0;  ///< of the new count, the uncertainty of its mean included
  double upper = 0;     ///< quantile 1 - alpha: more than this has a chance of alpha at most
};

/// The next count, of events at an unknown constant rate with Jeffreys' prior, Gamma(1/2, 0): negative binomial, of
/// size events + 1/2. Over-dispersion multiplies its variance. Without any event before, half an event stands for what
/// was not seen: never a mean of 0. Source  Gelman et al. (2013), Bayesian Data Analysis, section 2.6
Prediction predict_count(const PredictiveBaseline& baseline, double exposure, double alpha);
/// P(X >= count) of that count.
double chance_of_at_least(double count, const PredictiveBaseline& baseline, double exposure);

}  // namespace tocsin
