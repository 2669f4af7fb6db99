#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/index/normalise.hpp>

namespace tocsin {

namespace {

constexpr std::array<std::pair<std::string_view, NormaliseKind>, 8> names{{{"none", NormaliseKind::none},
                                                                           {"goalposts", NormaliseKind::goalposts},
                                                                           {"minmax", NormaliseKind::minmax},
                                                                           {"zscore", NormaliseKind::zscore},
                                                                           {"rank", NormaliseKind::rank},
                                                                           {"percentile", NormaliseKind::percentile},
                                                                           {"threshold", NormaliseKind::threshold},
                                                                           {"log", NormaliseKind::log}}};

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message);
}

double clip(double score) {
  return std::clamp(score, 0.0, 1.0);
}

double normal_probability(double z) {
  return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

/// log(1 + x / scale); minus infinity where the logarithm does not exist, so that such values lie below every goalpost.
double log_scaled(double value, double scale) {
  return value > -scale ? std::log1p(value / scale) : -std::numeric_limits<double>::infinity();
}

double piecewise(const std::vector<std::pair<double, double>>& knots, double value) {
  if (value <= knots.front().first) return knots.front().second;
  if (value >= knots.back().first) return knots.back().second;
  const auto above =
      std::upper_bound(knots.begin(), knots.end(), value, [](double v, const auto& knot) { return v < knot.first; });
  const auto& [x0, y0] = *(above - 1);
  const auto& [x1, y1] = *above;
  return y0 + (y1 - y0) * ((value - x0) / (x1 - x0));
}

/// Values that a reference keeps as they are; beyond, they are counted in classes.
constexpr std::size_t most_values = 4'000'000;

/// The class of a value: its sign, exponent and first ten binary digits, in rising order of values.
std::uint32_t class_of(float value) {
  constexpr std::uint32_t sign = 0x80000000U;
  const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);  // minus zero and zero are one value
  return ((bits & sign) != 0 ? ~bits : bits | sign) >> 13U;
}

constexpr std::size_t class_count = std::size_t{1} << 19U;

/// Mean rank, from 1, of the value that stands at `position` in a sorted range.
double mean_rank_at(const std::vector<float>& sorted, std::vector<float>::const_iterator position) {
  const auto [first, end] = std::equal_range(sorted.begin(), sorted.end(), *position);
  return 0.5 * static_cast<double>((first - sorted.begin()) + 1 + (end - sorted.begin()));
}

/// Mean rank of a value; between two values of the reference in proportion to the distance, beyond them that of the
/// end.
double rank_of(const std::vector<float>& sorted, float value) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), value);
  if (at == sorted.end()) return mean_rank_at(sorted, sorted.end() - 1);
  const double above = mean_rank_at(sorted, at);
  if (at == sorted.begin() || *at == value) return above;
  const double below = mean_rank_at(sorted, at - 1);
  const double low = *(at - 1), high = *at;
  return below + (above - below) * ((static_cast<double>(value) - low) / (high - low));
}

void check_knots(const std::vector<std::pair<double, double>>& knots) {
  if (knots.empty()) refuse("normalise: threshold needs at least one (value, score) knot");
  for (std::size_t i = 0; i < knots.size(); ++i) {
    const auto& [value, score] = knots[i];
    if (!std::isfinite(value) || !(score >= 0 && score <= 1))
      refuse(fmt::format("normalise: knot {} is ({}, {}); values must be finite and scores lie in 0 to 1", i + 1, value,
                         score));
    if (i > 0 && !(knots[i - 1].first < value))
      refuse(fmt::format("normalise: knots must rise in value, but {} follows {}", value, knots[i - 1].first));
  }
}

}  // namespace

std::optional<NormaliseKind> parse_normalise_kind(std::string_view text) {
  for (const auto& [name, kind] : names) {
    if (name == text) return kind;
  }
  return std::nullopt;
}

bool needs_reference(NormaliseKind kind) {
  return kind == NormaliseKind::minmax || kind == NormaliseKind::zscore || kind == NormaliseKind::rank ||
         kind == NormaliseKind::percentile;
}

void NormaliseOptions::validate() const {
  if (kind == NormaliseKind::threshold) check_knots(knots);
  if (kind != NormaliseKind::goalposts && kind != NormaliseKind::log) return;
  if (!std::isfinite(low) || !std::isfinite(high) || low == high)
    refuse(fmt::format("normalise: low and high must be two different finite numbers, got {} and {}", low, high));
  if (kind != NormaliseKind::log) return;
  if (!std::isfinite(scale) || scale <= 0) refuse(fmt::format("normalise: scale must be above 0, got {}", scale));
  if (low <= -scale || high <= -scale)
    refuse(fmt::format("normalise: low and high must lie above -scale = {}, where the logarithm ends; got {} and {}",
                       -scale, low, high));
}

void Reference::add(std::span<const float> values) {
  const std::size_t kept = values_.size();
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    const double number = static_cast<double>(value);
    if (count_ == 0) min_ = max_ = number;
    min_ = std::min(min_, number);
    max_ = std::max(max_, number);
    // Welford (1962), Technometrics 4, 419-420: a small spread around a large mean is not lost.
    ++count_;
    const double step = number - mean_;
    mean_ += step / static_cast<double>(count_);
    squares_ += step * (number - mean_);
    if (classes_.empty()) values_.push_back(value);
  }
  if (!classes_.empty()) return count_in_classes(values);
  if (count_ <= most_values) return;
  classes_.assign(class_count, 0);
  count_in_classes(std::span(values_).first(kept));
  count_in_classes(values);
  std::vector<float>().swap(values_);
}

void Reference::count_in_classes(std::span<const float> values) {
  for (const float value : values)
    if (std::isfinite(value)) ++classes_[class_of(value)];
}

void Reference::finish(NormaliseKind kind) {
  finished_ = true;
  ranks_ = kind == NormaliseKind::rank || kind == NormaliseKind::percentile;
  deviation_ = std::sqrt(squares_ / (static_cast<double>(count_) - 1));  // not used when there are fewer than two
  if (!ranks_) {
    std::vector<float>().swap(values_);
    std::vector<std::uint64_t>().swap(classes_);
  }
  std::sort(values_.begin(), values_.end());
  std::partial_sum(classes_.begin(), classes_.end(), classes_.begin());
}

/// Of an empty class: between the ranks of its neighbours.
double Reference::mean_rank_of_class(std::uint32_t index) const {
  const std::uint64_t below = index == 0 ? 0 : classes_[index - 1];
  return 0.5 * static_cast<double>(below + 1 + std::max(classes_[index], below));
}

double Reference::mean_rank(float value) const {
  if (classes_.empty()) return rank_of(values_, value);
  return std::clamp(mean_rank_of_class(class_of(value)), 1.0, static_cast<double>(count_));
}

Normaliser::Normaliser(NormaliseOptions options, const Reference* reference)
    : options_(std::move(options)), reference_(reference) {
  options_.validate();
  if (!needs_reference(options_.kind)) return;
  if (reference_ == nullptr || !reference_->finished_)
    refuse("normalise: minmax, zscore, rank and percentile need a finished reference");
  const bool ranks = options_.kind == NormaliseKind::rank || options_.kind == NormaliseKind::percentile;
  if (ranks && !reference_->ranks_)
    refuse("normalise: the reference was finished for another rule; finish it for rank or percentile");
}

double Normaliser::score(float value) const {
  const Reference* reference = reference_;
  if (needs_reference(options_.kind) && (reference->count_ == 0 || reference->min_ == reference->max_))
    return not_observed;
  switch (options_.kind) {
    case NormaliseKind::none:
      return clip(value);
    case NormaliseKind::goalposts:
      return clip((value - options_.low) / (options_.high - options_.low));
    case NormaliseKind::minmax:
      return clip((value - reference->min_) / (reference->max_ - reference->min_));
    case NormaliseKind::zscore:
      return normal_probability((value - reference->mean_) / reference->deviation_);
    case NormaliseKind::rank:
      return (reference->mean_rank(value) - 1) / (static_cast<double>(reference->count_) - 1);
    case NormaliseKind::percentile:
      return (reference->mean_rank(value) - 0.5) / static_cast<double>(reference->count_);
    case NormaliseKind::threshold:
      return piecewise(options_.knots, value);
    case NormaliseKind::log: {
      const double low = log_scaled(options_.low, options_.scale), high = log_scaled(options_.high, options_.scale);
      return clip((log_scaled(value, options_.scale) - low) / (high - low));
    }
  }
  return not_observed;
}

float Normaliser::operator()(float value) const {
  if (std::isnan(value)) return value;
  const double result = score(value);
  return static_cast<float>(options_.direction == Direction::higher_is_better ? 1 - result : result);
}

void Normaliser::apply(std::span<float> values) const {
  for (float& value : values) value = (*this)(value);
}

}  // namespace tocsin
