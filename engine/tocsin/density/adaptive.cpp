#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/adaptive.hpp>
#include <tocsin/density/place_sums.hpp>
#include <tocsin/density/row_span.hpp>

namespace tocsin {

namespace {

constexpr std::int64_t rows_per_task = 32;

/// The kernel relative to its peak, from the squared distance in bandwidths; rounding may put it just above 1.
template <Kernel kernel>
double shape(double u2) {
  if constexpr (kernel == Kernel::uniform) return 1;
  if constexpr (kernel == Kernel::triangular) return std::max(0.0, 1 - std::sqrt(u2));
  const double rest = std::max(0.0, 1 - u2);
  if constexpr (kernel == Kernel::epanechnikov) return rest;
  if constexpr (kernel == Kernel::quartic) return rest * rest;
  return rest * rest * rest;
}

/// A band of rows that places are added to one after the other.
struct BandOfRows {
  const Grid& grid;
  std::int64_t first_row, rows;
  std::span<double> out;

  [[nodiscard]] double* row(std::int64_t r) const { return out.data() + static_cast<std::size_t>(r * grid.width); }
};

template <Kernel kernel>
void add_finite(const AdaptivePlace& place, double weight, const RowSpans& spans, const BandOfRows& band) {
  const double column = spans.column_of(place.x), per_bandwidth = band.grid.cell_m / place.bandwidth_m;
  for (std::int64_t r = 0; r < band.rows; ++r) {
    const double dy = band.grid.y_of_row(band.first_row + r) - place.y, dy2 = dy * dy;
    if (dy2 > spans.reach2()) continue;
    const ColumnSpan span = spans.find(place.x, column, dy2);
    const double v2 = dy2 / spans.reach2();
    double* cell = band.row(r);
    for (std::int64_t c = span.begin; c < span.end; ++c) {
      const double dx = (static_cast<double>(static_cast<std::int32_t>(c)) - column) * per_bandwidth;
      cell[c] += weight * shape<kernel>(dx * dx + v2);
    }
  }
}

/// The factors in x are the same in every row of the band.
void add_gaussian(const AdaptivePlace& place, double weight, const RowSpans& spans, const BandOfRows& band,
                  std::vector<double>& factors) {
  const double column = spans.column_of(place.x), per_deviation = 1 / place.bandwidth_m;
  const ColumnSpan widest = spans.find(place.x, column, 0);
  for (std::int64_t c = widest.begin; c < widest.end; ++c) {
    const double u = (band.grid.x_of_column(c) - place.x) * per_deviation;
    factors[static_cast<std::size_t>(c)] = std::exp(-0.5 * u * u);
  }
  for (std::int64_t r = 0; r < band.rows; ++r) {
    const double dy = band.grid.y_of_row(band.first_row + r) - place.y, dy2 = dy * dy;
    if (dy2 > spans.reach2()) continue;
    const ColumnSpan span = spans.find(place.x, column, dy2);
    const double in_row = weight * std::exp(-0.5 * dy2 * per_deviation * per_deviation);
    double* cell = band.row(r);
    const double* factor = factors.data();
    for (std::int64_t c = span.begin; c < span.end; ++c) cell[c] += in_row * factor[c];
  }
}

void add_place(Kernel kernel, const AdaptivePlace& place, const BandOfRows& band, std::vector<double>& factors) {
  const RowSpans spans(band.grid, kernel_reach(kernel, place.bandwidth_m));
  const double weight = place.weight * 1e6 * kernel_value(kernel, 0, place.bandwidth_m);
  switch (kernel) {
    case Kernel::uniform:
      return add_finite<Kernel::uniform>(place, weight, spans, band);
    case Kernel::triangular:
      return add_finite<Kernel::triangular>(place, weight, spans, band);
    case Kernel::epanechnikov:
      return add_finite<Kernel::epanechnikov>(place, weight, spans, band);
    case Kernel::quartic:
      return add_finite<Kernel::quartic>(place, weight, spans, band);
    case Kernel::triweight:
      return add_finite<Kernel::triweight>(place, weight, spans, band);
    case Kernel::gaussian:
      return add_gaussian(place, weight, spans, band, factors);
  }
}

}  // namespace

void AdaptiveOptions::validate() const {
  DensityOptions{kernel, bandwidth}.validate();
  if (!(least_factor >= 0 && least_factor <= 1 && most_factor >= 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("adaptive density: factors are clipped to [{}, {}]; the first must be from 0 to 1, the "
                            "second at least 1",
                            least_factor, most_factor));
}

struct AdaptiveDensity::Impl {
  Impl(std::span<const WeightedPoint> events, const Grid& of, const AdaptiveOptions& with) : grid(of), options(with) {
    options.validate();
    const auto merged = merge_places(events);
    const double h0 = options.bandwidth.metres, peak = kernel_value(options.kernel, 0, h0);
    const auto others = sums_of_others(merged, options.kernel, h0);
    double logs = 0, weights = 0;
    std::vector<double> pilots(merged.size());
    for (std::size_t i = 0; i < merged.size(); ++i) {
      pilots[i] = others[i] + merged[i].weight * peak;
      logs += merged[i].weight * std::log(pilots[i]);
      weights += merged[i].weight;
    }
    const double mean = weights > 0 ? std::exp(logs / weights) : 0;
    for (std::size_t i = 0; i < merged.size(); ++i) {
      const double wanted = std::sqrt(mean / pilots[i]);
      const double factor = std::clamp(wanted, options.least_factor, options.most_factor);
      if (factor != wanted) ++clipped;
      places.push_back({merged[i].x, merged[i].y, merged[i].weight, 1e6 * pilots[i], h0 * factor});
    }
  }

  Grid grid;
  AdaptiveOptions options;
  std::vector<AdaptivePlace> places;
  std::size_t clipped = 0;
};

AdaptiveDensity::AdaptiveDensity(std::span<const WeightedPoint> events, const Grid& grid,
                                 const AdaptiveOptions& options)
    : impl_(std::make_unique<const Impl>(events, grid, options)) {}

AdaptiveDensity::~AdaptiveDensity() = default;
AdaptiveDensity::AdaptiveDensity(AdaptiveDensity&&) noexcept = default;
AdaptiveDensity& AdaptiveDensity::operator=(AdaptiveDensity&&) noexcept = default;

void AdaptiveDensity::paint(std::int64_t first_row, std::int64_t rows, std::span<double> out) const {
  Progress silent;
  paint(first_row, rows, out, silent);
}

void AdaptiveDensity::paint(std::int64_t first_row, std::int64_t rows, std::span<double> out,
                            Progress& progress) const {
  const Grid& grid = impl_->grid;
  const auto width = static_cast<std::size_t>(grid.width);
  if (first_row < 0 || rows < 0 || rows > grid.height - first_row ||
      out.size() != static_cast<std::size_t>(rows) * width)
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("adaptive density: rows {} to {} of a grid of {} x {} do not go into {} values", first_row,
                            first_row + rows - 1, grid.width, grid.height, out.size()));
  parallel_for(static_cast<std::size_t>((rows + rows_per_task - 1) / rows_per_task), [&](std::size_t task) {
    const std::int64_t begin = static_cast<std::int64_t>(task) * rows_per_task;
    const std::int64_t count = std::min(rows_per_task, rows - begin);
    const BandOfRows band{
        grid, first_row + begin, count,
        out.subspan(static_cast<std::size_t>(begin) * width, static_cast<std::size_t>(count) * width)};
    std::fill(band.out.begin(), band.out.end(), 0.0);
    std::vector<double> factors(impl_->options.kernel == Kernel::gaussian ? width : 0);
    const double north = grid.y_of_row(band.first_row), south = grid.y_of_row(band.first_row + count - 1);
    for (std::size_t i = 0; i < impl_->places.size(); ++i) {
      if (i % 1024 == 0) throw_if_cancelled(progress);
      const AdaptivePlace& place = impl_->places[i];
      const double reach_m = kernel_reach(impl_->options.kernel, place.bandwidth_m);
      if (place.y - reach_m > north || place.y + reach_m < south) continue;
      add_place(impl_->options.kernel, place, band, factors);
    }
    progress.advance(count);
  });
}

std::span<const AdaptivePlace> AdaptiveDensity::places() const {
  return impl_->places;
}

std::size_t AdaptiveDensity::clipped() const {
  return impl_->clipped;
}

}  // namespace tocsin
