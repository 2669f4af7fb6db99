#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/index/aggregate.hpp>

namespace tocsin {

namespace {

/// A value takes part when it was observed and weighs something.
bool takes_part(double value, double weight) {
  return weight > 0 && !std::isnan(value);
}

void check_shapes(std::size_t values, std::size_t weights) {
  if (values == weights) return;
  throw Error(ErrorCode::shape_mismatch,
              fmt::format("aggregate: {} values but {} weights; give one weight for each value", values, weights));
}

struct Observed {
  double weight = 0;   ///< sum over the values that take part; 0 when the result is undefined
  double largest = 0;  ///< of them
};

Observed observe(std::span<const double> values, std::span<const double> weights, MissingRule missing) {
  Observed observed;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (weights[i] > 0 && std::isnan(values[i]) && missing == MissingRule::propagate) return {};
    if (!takes_part(values[i], weights[i])) continue;
    observed.largest = observed.weight > 0 ? std::max(observed.largest, values[i]) : values[i];
    observed.weight += weights[i];
  }
  return observed;
}

double raise(double base, double power) {
  if (power == 1) return base;
  if (power == 2) return base * base;
  if (power == 3) return base * base * base;
  return std::pow(base, power);
}

/// (sum w x^r)^(1/r), relative to the largest value so that a large exponent cannot underflow.
double power_mean(std::span<const double> values, std::span<const double> weights, double power,
                  const Observed& observed) {
  if (!(observed.largest > 0)) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (takes_part(values[i], weights[i])) sum += weights[i] * raise(values[i] / observed.largest, power);
  }
  const double mean = sum / observed.weight;
  return observed.largest * (power == 2 ? std::sqrt(mean) : std::pow(mean, 1 / power));
}

/// sum w ln(max(x, floor) / floor): 0 when every value lies on the floor.
double log_above_floor(std::span<const double> values, std::span<const double> weights, double floor, double weight) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (takes_part(values[i], weights[i])) sum += weights[i] * std::log(std::max(values[i], floor) / floor);
  }
  return sum / weight;
}

double arithmetic_mean(std::span<const double> values, std::span<const double> weights, double weight) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (takes_part(values[i], weights[i])) sum += weights[i] * values[i];
  }
  return sum / weight;
}

/// The share of each value, for those that take part; the rest is 0 already.
template <typename Share>
void fill_shares(std::span<const double> values, std::span<const double> weights, std::span<double> out,
                 const Share& share) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (takes_part(values[i], weights[i])) out[i] = share(values[i], weights[i]);
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw Error(ErrorCode::invalid_argument,
              fmt::format("unknown aggregation \"{}\": {}; use \"arithmetic\", \"max\", \"power: 2\", \"geometric\" or "
                          "\"geometric: 0.05\"",
                          text, why));
}

}  // namespace

void AggregateRule::validate() const {
  if (kind == AggregateKind::power && !(std::isfinite(power) && power > 0))
    throw Error(ErrorCode::invalid_argument, fmt::format("aggregation: power must be above 0, got {}", power));
  if (kind == AggregateKind::geometric && !(floor > 0 && floor < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("aggregation: the floor of geometric must lie between 0 and 1, got {}", floor));
}

AggregateRule parse_aggregate_rule(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = trimmed(text.substr(0, colon));
  std::optional<double> number;
  if (colon != std::string_view::npos) {
    const std::string_view digits = trimmed(text.substr(colon + 1));
    double parsed = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
    if (failure != std::errc{} || end != digits.data() + digits.size()) refuse(text, "a number must follow the colon");
    number = parsed;
  }
  AggregateRule rule;
  if (name == "arithmetic" || name == "max") {
    if (number) refuse(text, "this rule takes no number");
    rule.kind = name == "max" ? AggregateKind::max : AggregateKind::arithmetic;
  } else if (name == "power") {
    if (!number) refuse(text, "power needs its exponent");
    rule.kind = AggregateKind::power;
    rule.power = *number;
  } else if (name == "geometric") {
    rule.kind = AggregateKind::geometric;
    rule.floor = number.value_or(rule.floor);
  } else {
    refuse(text, "no such rule");
  }
  rule.validate();
  return rule;
}

double aggregate(std::span<const double> values, std::span<const double> weights, const AggregateRule& rule,
                 MissingRule missing) {
  check_shapes(values.size(), weights.size());
  const Observed observed = observe(values, weights, missing);
  if (!(observed.weight > 0)) return not_observed;
  switch (rule.kind) {
    case AggregateKind::arithmetic:
      return arithmetic_mean(values, weights, observed.weight);
    case AggregateKind::geometric:
      return rule.floor * std::exp(log_above_floor(values, weights, rule.floor, observed.weight));
    case AggregateKind::power:
      return power_mean(values, weights, rule.power, observed);
    case AggregateKind::max:
      return observed.largest;
  }
  return not_observed;
}

void contributions(std::span<const double> values, std::span<const double> weights, const AggregateRule& rule,
                   MissingRule missing, std::span<double> out) {
  check_shapes(values.size(), weights.size());
  check_shapes(values.size(), out.size());
  const Observed observed = observe(values, weights, missing);
  std::fill(out.begin(), out.end(), observed.weight > 0 ? 0.0 : not_observed);
  if (!(observed.weight > 0)) return;
  switch (rule.kind) {
    case AggregateKind::arithmetic:
      fill_shares(values, weights, out, [&](double x, double w) { return w / observed.weight * x; });
      return;
    case AggregateKind::geometric: {
      const double total = log_above_floor(values, weights, rule.floor, observed.weight);
      const double mean = rule.floor * (total > 0 ? std::expm1(total) / total : 1);  // the logarithmic mean L
      fill_shares(values, weights, out, [&](double x, double w) {
        return w / observed.weight * (rule.floor + std::log(std::max(x, rule.floor) / rule.floor) * mean);
      });
      return;
    }
    case AggregateKind::power: {
      const double score = power_mean(values, weights, rule.power, observed);
      fill_shares(values, weights, out, [&](double x, double w) {
        return x > 0 ? w / observed.weight * score * raise(x / score, rule.power) : 0.0;
      });
      return;
    }
    case AggregateKind::max: {
      double ties = 0;
      fill_shares(values, weights, out, [&](double x, double) { return ties += x == observed.largest ? 1 : 0, 0.0; });
      fill_shares(values, weights, out,
                  [&](double x, double) { return x == observed.largest ? observed.largest / ties : 0.0; });
      return;
    }
  }
}

std::vector<double> contributions(std::span<const double> values, std::span<const double> weights,
                                  const AggregateRule& rule, MissingRule missing) {
  std::vector<double> out(values.size());
  contributions(values, weights, rule, missing, out);
  return out;
}

}  // namespace tocsin
