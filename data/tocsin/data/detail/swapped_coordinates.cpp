#include <algorithm>
#include <cmath>

#include <tocsin/data/detail/swapped_coordinates.hpp>

namespace tocsin::data {
namespace {

constexpr std::size_t least_points = 20;

bool holds(const Box& box, double x, double y) {
  return x >= box.min_x && x <= box.max_x && y >= box.min_y && y <= box.max_y;
}

std::pair<double, double> middle_of(std::span<const double> values) {
  std::vector<double> sorted;
  for (const double value : values)
    if (std::isfinite(value)) sorted.push_back(value);
  std::sort(sorted.begin(), sorted.end());
  const std::size_t cut = sorted.size() / 20;
  return {sorted[cut], sorted[sorted.size() - 1 - cut]};
}

std::optional<Box> middle_of(std::span<const double> x, std::span<const double> y) {
  const auto points = std::count_if(x.begin(), x.end(), [](double value) { return std::isfinite(value); });
  if (static_cast<std::size_t>(points) < least_points) return {};
  const auto [west, east] = middle_of(x);
  const auto [south, north] = middle_of(y);
  return Box{west, south, east, north};
}

}  // namespace

std::vector<std::uint8_t> look_swapped(std::span<const double> x, std::span<const double> y,
                                       const std::optional<Box>& expected) {
  std::vector<std::uint8_t> swapped(x.size(), 0);
  const auto box = expected ? expected : middle_of(x, y);
  if (!box) return swapped;
  const double margin_x = std::max(1.0, box->max_x - box->min_x), margin_y = std::max(1.0, box->max_y - box->min_y);
  const Box near{box->min_x - margin_x, box->min_y - margin_y, box->max_x + margin_x, box->max_y + margin_y};
  for (std::size_t i = 0; i < x.size(); ++i)
    if (std::isfinite(x[i]) && std::isfinite(y[i]) && !holds(near, x[i], y[i]) && holds(*box, y[i], x[i]))
      swapped[i] = 1;
  return swapped;
}

}  // namespace tocsin::data
