#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>

#include <Eigen/Dense>

#include <tocsin/density/kernel.hpp>
#include <tocsin/density/row_span.hpp>
#include <tocsin/density/separable.hpp>

namespace tocsin {

namespace {

using Matrix = Eigen::MatrixXd;

/// Terms of the Hermite expansion. An event is at most half a deviation from its box's centre; by Cramer's inequality
/// the rest of the series is below 1.09 * 1.15 * 0.5^16 / sqrt(16!) = 4.2e-12 of the peak.
constexpr int terms = 16;
/// Events in one matrix product; bounds the memory of the factors.
constexpr Eigen::Index batch = 512;

double peak_per_km2(double deviation_m) {
  return 1e6 * kernel_value(Kernel::gaussian, 0, deviation_m);
}

struct Sizes {
  Eigen::Index rows, columns;
};

Sizes sizes_of(const CellBlock& block) {
  return {static_cast<Eigen::Index>(block.rows()), static_cast<Eigen::Index>(block.columns())};
}

/// Factor of one event in each cell: density += columns_factor * rows_factor^T, one batch after the other.
Matrix by_events(std::span<const WeightedPoint> events, const Grid& grid, double deviation_m, const CellBlock& block) {
  const auto [rows, columns] = sizes_of(block);
  const double peak = peak_per_km2(deviation_m), per_deviation = 1 / deviation_m;
  Matrix density = Matrix::Zero(columns, rows);
  Matrix in_x(columns, batch), in_y(batch, rows);
  for (std::size_t first = 0; first < events.size(); first += static_cast<std::size_t>(batch)) {
    const auto part = events.subspan(first, std::min<std::size_t>(batch, events.size() - first));
    const auto n = static_cast<Eigen::Index>(part.size());
    for (Eigen::Index e = 0; e < n; ++e) {
      const WeightedPoint& event = part[static_cast<std::size_t>(e)];
      for (Eigen::Index c = 0; c < columns; ++c) {
        const double u = (grid.x_of_column(block.first_column + c) - event.x) * per_deviation;
        in_x(c, e) = std::exp(-0.5 * u * u);
      }
      for (Eigen::Index r = 0; r < rows; ++r) {
        const double u = (grid.y_of_row(block.first_row + r) - event.y) * per_deviation;
        in_y(e, r) = event.weight * peak * std::exp(-0.5 * u * u);
      }
    }
    density.noalias() += in_x.leftCols(n) * in_y.topRows(n);
  }
  return density;
}

/// One axis of the boxes: `count` of them from `start`, each one deviation wide.
struct BoxAxis {
  double start = 0, width = 1;
  Eigen::Index count = 0;

  BoxAxis(double low, double high, double deviation_m)
      : start(low),
        width(deviation_m),
        count(static_cast<Eigen::Index>(std::clamp(std::ceil((high - low) / deviation_m), 1.0, 1e9))) {}
  [[nodiscard]] Eigen::Index box_of(double place) const {
    return std::clamp<Eigen::Index>(static_cast<Eigen::Index>((place - start) / width), 0, count - 1);
  }
  [[nodiscard]] double centre(Eigen::Index box) const { return start + (static_cast<double>(box) + 0.5) * width; }
};

/// d^k / k! for the offset d from a box's centre in deviations.
std::array<double, terms> moments(double offset) {
  std::array<double, terms> powers{1};
  for (int k = 1; k < terms; ++k) {
    powers[static_cast<std::size_t>(k)] = powers[static_cast<std::size_t>(k - 1)] * offset / k;
  }
  return powers;
}

/// He_k(u) exp(-u^2 / 2) of a cell centre seen from every box: row box * terms + k, one column for each place.
template <typename PlaceOf>
Matrix hermite_factors(const BoxAxis& axis, Eigen::Index places, const PlaceOf& place_of) {
  Matrix factors(axis.count * terms, places);
  for (Eigen::Index p = 0; p < places; ++p) {
    const double place = place_of(p);
    for (Eigen::Index box = 0; box < axis.count; ++box) {
      const double u = (place - axis.centre(box)) / axis.width;
      double* to = &factors(box * terms, p);
      to[0] = std::exp(-0.5 * u * u);
      to[1] = u * to[0];
      for (int k = 2; k < terms; ++k) to[k] = u * to[k - 1] - (k - 1) * to[k - 2];
    }
  }
  return factors;
}

Matrix by_boxes(std::span<const WeightedPoint> events, const Grid& grid, double deviation_m, const CellBlock& block,
                const BoxAxis& x_axis, const BoxAxis& y_axis) {
  const auto [rows, columns] = sizes_of(block);
  const double peak = peak_per_km2(deviation_m);
  Matrix gathered = Matrix::Zero(x_axis.count * terms, y_axis.count * terms);
  for (const WeightedPoint& event : events) {
    const Eigen::Index bx = x_axis.box_of(event.x), by = y_axis.box_of(event.y);
    const auto in_x = moments((event.x - x_axis.centre(bx)) / deviation_m);
    const auto in_y = moments((event.y - y_axis.centre(by)) / deviation_m);
    const double w = event.weight * peak;
    for (int j = 0; j < terms; ++j) {
      const double wy = w * in_y[static_cast<std::size_t>(j)];
      double* to = &gathered(bx * terms, by * terms + j);
      for (int i = 0; i < terms; ++i) to[i] += wy * in_x[static_cast<std::size_t>(i)];
    }
  }
  const Matrix x_factors =
      hermite_factors(x_axis, columns, [&](Eigen::Index c) { return grid.x_of_column(block.first_column + c); });
  const Matrix y_factors =
      hermite_factors(y_axis, rows, [&](Eigen::Index r) { return grid.y_of_row(block.first_row + r); });
  const Matrix half = gathered * y_factors;
  return x_factors.transpose() * half;
}

/// Sets cells that no event reaches to exactly 0; rows of the block are columns of the matrix. Rows where every value
/// is above `certain` are passed over: no sum of far tails and rounding can have made them.
void clear_unreached(std::span<const WeightedPoint> events, const Grid& grid, double reach_m, const CellBlock& block,
                     double certain, Matrix& density) {
  const RowSpans spans(grid, reach_m);
  std::vector<std::int64_t> change(static_cast<std::size_t>(block.columns()) + 1);
  for (std::int64_t row = block.first_row; row < block.end_row; ++row) {
    if (density.col(static_cast<Eigen::Index>(row - block.first_row)).minCoeff() > certain) continue;
    std::fill(change.begin(), change.end(), 0);
    for (const WeightedPoint& event : events) {
      const double dy = grid.y_of_row(row) - event.y, dy2 = dy * dy;
      if (dy2 > spans.reach2()) continue;
      const ColumnSpan span = spans.find(event.x, spans.column_of(event.x), dy2);
      const std::int64_t begin = std::clamp(span.begin, block.first_column, block.end_column) - block.first_column;
      const std::int64_t end = std::clamp(span.end, block.first_column, block.end_column) - block.first_column;
      ++change[static_cast<std::size_t>(begin)];
      --change[static_cast<std::size_t>(end)];
    }
    std::int64_t active = 0;
    for (std::int64_t c = 0; c < block.columns(); ++c) {
      active += change[static_cast<std::size_t>(c)];
      if (active == 0) density(static_cast<Eigen::Index>(c), static_cast<Eigen::Index>(row - block.first_row)) = 0;
    }
  }
}

}  // namespace

std::vector<double> gaussian_block(const EventRows& events, const Grid& grid, double deviation_m,
                                   const CellBlock& block) {
  const double reach_m = kernel_reach(Kernel::gaussian, deviation_m);
  const Box near = Box{grid.x_of_column(block.first_column), grid.y_of_row(block.end_row - 1),
                       grid.x_of_column(block.end_column - 1), grid.y_of_row(block.first_row)}
                       .expanded(reach_m);
  std::vector<WeightedPoint> reaching;
  events.visit(block, [&](std::span<const WeightedPoint> strip) {
    std::copy_if(strip.begin(), strip.end(), std::back_inserter(reaching),
                 [&](const WeightedPoint& event) { return near.contains(event.x, event.y); });
  });
  std::vector<double> values(static_cast<std::size_t>(block.rows() * block.columns()), 0.0);
  if (reaching.empty()) return values;

  const BoxAxis x_axis(near.min_x, near.max_x, deviation_m), y_axis(near.min_y, near.max_y, deviation_m);
  const double rows = static_cast<double>(block.rows()), columns = static_cast<double>(block.columns());
  const double in_x = static_cast<double>(x_axis.count * terms), in_y = static_cast<double>(y_axis.count * terms);
  const double n = static_cast<double>(reaching.size());
  // Multiplications; an exponential counts as 20.
  const double events_cost = n * (rows * columns + 20 * (rows + columns));
  const double boxes_cost =
      in_x * in_y * rows + in_x * rows * columns + n * terms * terms + 3 * (in_x * columns + in_y * rows);
  Matrix density = events_cost <= boxes_cost ? by_events(reaching, grid, deviation_m, block)
                                             : by_boxes(reaching, grid, deviation_m, block, x_axis, y_axis);
  double certain = std::numeric_limits<double>::infinity();
  if (!events.any_negative()) {
    density = density.cwiseMax(0.0);
    // Far tails are below 1.3e-14 of the peak each, the series' rest below 1e-11.
    certain = 0;
    for (const WeightedPoint& event : reaching) certain += event.weight;
    certain *= 1e-10 * peak_per_km2(deviation_m);
  }
  clear_unreached(reaching, grid, reach_m, block, certain, density);
  std::copy(density.data(), density.data() + density.size(), values.begin());
  return values;
}

}  // namespace tocsin
