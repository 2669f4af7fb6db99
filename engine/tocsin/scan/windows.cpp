#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

#include <tocsin/scan/windows.hpp>

namespace tocsin {
namespace {

constexpr double same_distance2 = 2e-9;  // of a squared distance: 1e-9 of the distance
constexpr double share_rounding = 1e-12;

double penalty_factor(EllipsePenalty penalty, double shape) {
  const double strong = 4 * shape / ((shape + 1) * (shape + 1));
  if (penalty == EllipsePenalty::none) return 1;
  return penalty == EllipsePenalty::strong ? strong : std::sqrt(strong);
}

/// Squared distances in the metric of a form.
class FormMetric {
 public:
  explicit FormMetric(const WindowForm& form)
      : along_x_(std::cos(form.angle) / form.shape),
        along_y_(std::sin(form.angle) / form.shape),
        across_x_(-std::sin(form.angle)),
        across_y_(std::cos(form.angle)) {}
  [[nodiscard]] double distance2(double dx, double dy) const {
    const double along = along_x_ * dx + along_y_ * dy, across = across_x_ * dx + across_y_ * dy;
    return along * along + across * across;
  }

 private:
  double along_x_, along_y_, across_x_, across_y_;
};

}  // namespace

std::vector<WindowForm> window_forms(const ScanOptions& options) {
  std::vector<WindowForm> forms{{}};
  if (options.shape == ScanShape::circle) return forms;
  constexpr std::array<std::pair<double, int>, 5> shapes{{{1.5, 4}, {2, 6}, {3, 9}, {4, 12}, {5, 15}}};
  for (const auto& [shape, angles] : shapes)
    for (int i = 0; i < angles; ++i)
      forms.push_back({shape, std::numbers::pi * i / angles, penalty_factor(options.penalty, shape)});
  return forms;
}

double window_radius(const ScanSites& sites, const WindowForm& form, std::uint32_t centre, std::uint32_t site) {
  return std::sqrt(FormMetric(form).distance2(sites.x[site] - sites.x[centre], sites.y[site] - sites.y[centre]));
}

CentreWindows WindowBuilder::build(const WindowForm& form, std::uint32_t form_number, std::uint32_t centre) {
  find_near(form, centre);
  sort_near();
  CentreWindows windows;
  windows.centre = centre;
  windows.form = form_number;
  add_sites(windows);
  add_runs(sites_, bins_, windows);
  return windows;
}

void WindowBuilder::find_near(const WindowForm& form, std::uint32_t centre) {
  const FormMetric metric(form);
  const std::size_t n = sites_.size();
  const double x = sites_.x[centre], y = sites_.y[centre];
  distance2_.resize(n);
  near_.clear();
  if (form.shape == 1) {
    for (std::size_t i = 0; i < n; ++i) {
      const double dx = sites_.x[i] - x, dy = sites_.y[i] - y;
      distance2_[i] = dx * dx + dy * dy;
    }
  } else {
    for (std::size_t i = 0; i < n; ++i) distance2_[i] = metric.distance2(sites_.x[i] - x, sites_.y[i] - y);
  }
  const double reach2 = options_.most_radius_m * options_.most_radius_m;
  for (std::size_t i = 0; i < n; ++i)
    if (distance2_[i] <= reach2)
      near_.push_back({std::bit_cast<std::uint32_t>(static_cast<float>(distance2_[i])), static_cast<std::uint32_t>(i)});
}

/// By radix, three digits of 11 bits; then exactly, among those that a float cannot tell apart.
void WindowBuilder::sort_near() {
  constexpr int digit_bits = 11;
  constexpr std::uint32_t digits = 1U << digit_bits;
  std::array<std::array<std::uint32_t, digits>, 3> starts{};
  for (const Near& near : near_)
    for (int pass = 0; pass < 3; ++pass)
      ++starts[static_cast<std::size_t>(pass)][near.key >> (pass * digit_bits) & (digits - 1)];
  sorted_.resize(near_.size());
  for (int pass = 0; pass < 3; ++pass) {
    auto& start = starts[static_cast<std::size_t>(pass)];
    std::uint32_t sum = 0;
    for (std::uint32_t& count : start) sum += std::exchange(count, sum);
    for (const Near& near : near_) sorted_[start[near.key >> (pass * digit_bits) & (digits - 1)]++] = near;
    near_.swap(sorted_);
  }
  const auto before = [this](const Near& a, const Near& b) {
    return distance2_[a.site] != distance2_[b.site] ? distance2_[a.site] < distance2_[b.site] : a.site < b.site;
  };
  for (auto first = near_.begin(); first != near_.end();) {
    auto last = first + 1;
    while (last != near_.end() && last->key == first->key) ++last;
    if (last - first > 1) std::sort(first, last, before);
    first = last;
  }
}

void WindowBuilder::add_sites(CentreWindows& windows) const {
  const double most = options_.most_at_risk * sites_.total_measure * (1 + share_rounding);
  double inside = 0;
  for (std::size_t first = 0; first < near_.size();) {
    const double reach2 = distance2_[near_[first].site] * (1 + same_distance2);
    std::size_t last = first;
    double with = inside;
    for (; last < near_.size() && distance2_[near_[last].site] <= reach2; ++last)
      with += sites_.site_measure[near_[last].site];
    if (with > most) return;
    for (std::size_t i = first; i < last; ++i) {
      windows.sites.push_back(near_[i].site);
      windows.ends.push_back(i + 1 == last ? 1 : 0);
    }
    inside = with;
    first = last;
  }
}

/// A site that enters with others stands in the bin of the window that holds them all.
void WindowBuilder::add_runs(const ScanSites& sites, const MeasureBins& bins, CentreWindows& windows) {
  double measure = 0, before = 0;
  for (std::size_t k = 0; k < windows.sites.size(); ++k) {
    measure += sites.site_measure[windows.sites[k]];
    if (windows.ends[k] == 0) continue;
    const std::uint16_t bin = bins.bin_of(measure);
    if (windows.runs.empty() || windows.runs.back().bin != bin) windows.runs.push_back({0, bin, before});
    windows.runs.back().end = static_cast<std::uint32_t>(k + 1);
    before = measure;
  }
}

}  // namespace tocsin
