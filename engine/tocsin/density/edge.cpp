#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/density.hpp>
#include <tocsin/density/edge.hpp>
#include <tocsin/density/edge_method.hpp>
#include <tocsin/grid/raster.hpp>

namespace tocsin {

namespace {

constexpr std::int64_t rows_per_task = 64;  // a node's shares are computed once for all of them
/// A mass closer than this to 0 or 1 is rounding: a cell out of reach of the border gets exactly 0 or 1.
constexpr double rounding = 1e-12;

double tidy(double mass) {
  return mass < rounding ? 0 : mass > 1 - rounding ? 1 : mass;
}

/// For each column of a row 1 where its centre lies in the area, from the edges that cross the row.
void find_inside(const std::vector<BoundaryEdge>& edges, const Grid& grid, std::int64_t row, std::vector<int>& inside) {
  const double y = grid.y_of_row(row);
  std::fill(inside.begin(), inside.end(), 0);
  for (const BoundaryEdge& edge : edges) {
    const int crossing = crossing_of_row(edge, y);
    if (crossing == 0) continue;
    const double x = x_of_crossing(edge, y), limit = static_cast<double>(grid.width);
    auto column = static_cast<std::int64_t>(std::clamp((x - grid.origin_x) / grid.cell_m - 0.5, 0.0, limit));
    while (column > 0 && grid.x_of_column(column - 1) > x) --column;
    while (column < grid.width && grid.x_of_column(column) <= x) ++column;
    inside[static_cast<std::size_t>(column)] += crossing;
  }
  for (std::size_t c = 1; c < inside.size(); ++c) inside[c] += inside[c - 1];
}

}  // namespace

struct EdgeMass::Impl {
  std::vector<BoundaryEdge> edges;
  std::unique_ptr<EdgeMethod> method;

  /// Calls body(first, rows, values) for small bands of rows, in parallel.
  template <typename Body>
  static void by_bands(const Grid& grid, std::int64_t first_row, std::int64_t rows, std::span<double> values,
                       Progress& progress, const Body& body) {
    const auto width = static_cast<std::size_t>(grid.width);
    if (first_row < 0 || rows < 0 || rows > grid.height - first_row ||
        values.size() != static_cast<std::size_t>(rows) * width)
      throw Error(ErrorCode::shape_mismatch,
                  fmt::format("edge correction: rows {} to {} of a grid of {} x {} do not go into {} values", first_row,
                              first_row + rows - 1, grid.width, grid.height, values.size()));
    parallel_for(static_cast<std::size_t>((rows + rows_per_task - 1) / rows_per_task), [&](std::size_t task) {
      throw_if_cancelled(progress);
      const std::int64_t begin = static_cast<std::int64_t>(task) * rows_per_task;
      const std::int64_t count = std::min(rows_per_task, rows - begin);
      body(first_row + begin, count,
           values.subspan(static_cast<std::size_t>(begin) * width, static_cast<std::size_t>(count) * width));
    });
  }

  void paint(const Grid& grid, std::int64_t first_row, std::int64_t rows, std::span<double> out) const {
    method->paint(grid, first_row, rows, out);
    std::transform(out.begin(), out.end(), out.begin(), tidy);
  }
};

EdgeMass::EdgeMass(const MultiPolygon& area, Kernel kernel, Length bandwidth) {
  DensityOptions{kernel, bandwidth}.validate();
  auto impl = std::make_unique<Impl>();
  impl->edges = boundary_of(area);
  impl->method = kernel == Kernel::gaussian ? make_gaussian_edge(impl->edges, bandwidth.metres)
                                            : make_disc_edge(impl->edges, kernel, bandwidth.metres);
  impl_ = std::move(impl);
}

EdgeMass::~EdgeMass() = default;
EdgeMass::EdgeMass(EdgeMass&&) noexcept = default;
EdgeMass& EdgeMass::operator=(EdgeMass&&) noexcept = default;

double EdgeMass::at(double x, double y) const {
  return tidy(impl_->method->at(x, y));
}

void EdgeMass::paint(const Grid& grid, std::int64_t first_row, std::int64_t rows, std::span<double> out) const {
  Progress silent;
  paint(grid, first_row, rows, out, silent);
}

void EdgeMass::paint(const Grid& grid, std::int64_t first_row, std::int64_t rows, std::span<double> out,
                     Progress& progress) const {
  Impl::by_bands(
      grid, first_row, rows, out, progress,
      [&](std::int64_t first, std::int64_t count, std::span<double> band) { impl_->paint(grid, first, count, band); });
}

void EdgeMass::paint_divisor(const Grid& grid, std::int64_t first_row, std::int64_t rows, std::span<double> out,
                             Progress& progress, double least_mass) const {
  if (!(least_mass >= 0 && least_mass <= 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("edge correction: least_mass must be from 0 to 1, got {}", least_mass));
  Impl::by_bands(grid, first_row, rows, out, progress,
                 [&](std::int64_t first, std::int64_t count, std::span<double> band) {
                   impl_->paint(grid, first, count, band);
                   std::vector<int> inside(static_cast<std::size_t>(grid.width) + 1);
                   for (std::int64_t row = first; row < first + count; ++row) {
                     find_inside(impl_->edges, grid, row, inside);
                     double* mass = band.data() + static_cast<std::size_t>((row - first) * grid.width);
                     for (std::size_t c = 0; c + 1 < inside.size(); ++c)
                       if (inside[c] <= 0 || mass[c] < least_mass || mass[c] == 0) mass[c] = not_observed;
                   }
                 });
}

}  // namespace tocsin
