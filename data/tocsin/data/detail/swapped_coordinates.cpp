#include <algorithm>
#include <cmath>

#include <tocsin/data/detail/swapped_coordinates.hpp>

namespace tocsin::data {
namespace {

constexpr std::size_t least_points = 20;

bool holds(const LonLatBox& box, double x, double y) {
  return x >= box.west && x <= box.east && y >= box.south && y <= box.north;
}

std::pair<double, double> middle_of(std::span<const double> values) {
  std::vector<double> sorted;
  for (const double value : values)
    if (std::isfinite(value)) sorted.push_back(value);
  std::sort(sorted.begin(), sorted.end());
  const std::size_t cut = sorted.size() / 20;
  return {sorted[cut], sorted[sorted.size() - 1 - cut]};
}

std::optional<LonLatBox> middle_of(std::span<const double> x, std::span<const double> y) {
  const auto points = std::count_if(x.begin(), x.end(), [](double value) { return std::isfinite(value); });
  if (static_cast<std::size_t>(points) < least_points) return {};
  const auto [west, east] = middle_of(x);
  const auto [south, north] = middle_of(y);
  return LonLatBox{west, south, east, north};
}

}  // namespace

std::vector<std::uint8_t> look_swapped(std::span<const double> x, std::span<const double> y,
                                       const std::optional<LonLatBox>& expected) {
  std::vector<std::uint8_t> swapped(x.size(), 0);
  const auto box = expected ? expected : middle_of(x, y);
  if (!box) return swapped;
  const double margin_x = std::max(1.0, box->east - box->west), margin_y = std::max(1.0, box->north - box->south);
  const LonLatBox near{box->west - margin_x, box->south - margin_y, box->east + margin_x, box->north + margin_y};
  for (std::size_t i = 0; i < x.size(); ++i)
    if (std::isfinite(x[i]) && std::isfinite(y[i]) && !holds(near, x[i], y[i]) && holds(*box, y[i], x[i]))
      swapped[i] = 1;
  return swapped;
}

}  // namespace tocsin::data
