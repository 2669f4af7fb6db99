#include <algorithm>
#include <utility>

#include <tocsin/grid/raster.hpp>
#include <tocsin/zonal/observed_values.hpp>

namespace tocsin {
namespace {

/// Two shares that differ by less are equal: they are sums of the same parts in another order.
constexpr double same_share = 1e-12;

bool by_value(const ObservedValue& a, const ObservedValue& b) {
  return a.value < b.value;
}

/// Neighbours of equal value become one, their shares added in order.
void join_equal(std::vector<ObservedValue>& values) {
  std::size_t last = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i].value == values[last].value) {
      values[last].covered += values[i].covered;
      values[last].cells += values[i].cells;
    } else {
      values[++last] = values[i];
    }
  }
  if (!values.empty()) values.resize(last + 1);
}

}  // namespace

void ObservedValues::add(std::span<const double> values, double share) {
  if (share == 1) {
    for (const double value : values)
      if (value == value) whole_.push_back(value + 0.0);  // -0 and 0 are one value
  } else {
    for (const double value : values)
      if (value == value) parts_.push_back({value + 0.0, share});
  }
}

void ObservedValues::append(ObservedValues&& other) {
  if (folded_.empty() && whole_.empty() && parts_.empty()) {
    *this = std::move(other);
    return;
  }
  whole_.insert(whole_.end(), other.whole_.begin(), other.whole_.end());
  parts_.insert(parts_.end(), other.parts_.begin(), other.parts_.end());
  if (!other.folded_.empty()) {
    fold();
    const auto middle = static_cast<std::ptrdiff_t>(folded_.size());
    folded_.insert(folded_.end(), other.folded_.begin(), other.folded_.end());
    std::inplace_merge(folded_.begin(), folded_.begin() + middle, folded_.end(), by_value);
    join_equal(folded_);
  }
  if (whole_.size() + parts_.size() > std::max(most_pending, folded_.size())) fold();
}

void ObservedValues::fold() {
  std::sort(whole_.begin(), whole_.end());
  std::stable_sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) { return a.value < b.value; });
  const auto before = static_cast<std::ptrdiff_t>(folded_.size());
  for (std::size_t i = 0; i < whole_.size();) {
    const double value = whole_[i];
    std::int64_t cells = 0;
    for (; i < whole_.size() && whole_[i] == value; ++i) ++cells;
    folded_.push_back({value, static_cast<double>(cells), cells});
  }
  const auto wholes = static_cast<std::ptrdiff_t>(folded_.size());
  for (const Part& part : parts_) folded_.push_back({part.value, part.share, 1});
  whole_.clear();
  parts_.clear();
  std::inplace_merge(folded_.begin() + before, folded_.begin() + wholes, folded_.end(), by_value);
  std::inplace_merge(folded_.begin(), folded_.begin() + before, folded_.end(), by_value);
  join_equal(folded_);
}

std::vector<ObservedValue> ObservedValues::sorted() && {
  fold();
  return std::move(folded_);
}

double quantile_of(std::span<const ObservedValue> values, double probability) {
  if (values.empty()) return not_observed;
  double n = 0, covered = 0;
  for (const ObservedValue& value : values) {
    n += static_cast<double>(value.cells);
    covered += value.covered;
  }
  // The cells of one value stand one after the other, so their ends suffice.
  const double target = probability * (n - 1) * covered;
  double index = 0, before = 0, last_place = 0, last_value = values.front().value;
  for (const ObservedValue& value : values) {
    const auto cells = static_cast<double>(value.cells);
    const double share = value.covered / cells;
    const double place = index * share + (n - 1) * before;
    if (place > target && index > 0)
      return last_value + (target - last_place) * (value.value - last_value) / (place - last_place);
    index += cells;
    before += value.covered;
    last_place = (index - 1) * share + (n - 1) * (before - share);
    last_value = value.value;
    if (last_place >= target) return value.value;
  }
  return last_value;
}

double value_that_covers(Covers wanted, std::span<const ObservedValue> values) {
  if (values.empty()) return not_observed;
  double best = values.front().covered, result = values.front().value;
  for (const ObservedValue& value : values.subspan(1)) {
    const bool most = wanted == Covers::most;
    if (most ? value.covered < best - same_share : value.covered >= best - same_share) continue;
    best = most ? std::max(best, value.covered) : value.covered;
    result = value.value;
  }
  return result;
}

}  // namespace tocsin
