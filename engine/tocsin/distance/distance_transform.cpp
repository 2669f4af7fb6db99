#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/distance/distance_transform.hpp>

namespace tocsin {

namespace {

constexpr std::int32_t no_target = -1;
constexpr std::int64_t rows_per_task = 32;
constexpr std::int64_t columns_per_task = 32;  // two cache lines of the row distances, read row after row

std::size_t parts(std::int64_t whole, std::int64_t part) {
  return static_cast<std::size_t>((whole + part - 1) / part);
}

/// Turns a row of 0 (target) and no_target into distances in cells to the nearest target of the same row.
void distances_along(std::span<std::int32_t> row) {
  std::int32_t last = no_target;
  for (std::int32_t& cell : row) {
    if (cell == 0) {
      last = 0;
    } else if (last != no_target) {
      ++last;
    }
    cell = last;
  }
  last = no_target;
  for (std::size_t i = row.size(); i-- > 0;) {
    if (row[i] == 0) {
      last = 0;
    } else if (last != no_target) {
      ++last;
      if (row[i] == no_target || last < row[i]) row[i] = last;
    }
  }
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {  // b > 0
  const std::int64_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

/// The lower envelope of the parabolas (row - at)^2 + rise2 down one column, and its values.
class ColumnEnvelope {
 public:
  explicit ColumnEnvelope(std::int64_t height) : height_(height) {
    parabolas_.reserve(static_cast<std::size_t>(height));
  }

  /// @param along  distance along its row for each row; no_target where the row has none
  /// @param out    squared distances in cells; untouched when the column has no parabola at all
  /// @return       whether there was any parabola
  bool operator()(const std::int32_t* along, std::int64_t* out) {
    build(along);
    if (parabolas_.empty()) return false;
    std::size_t k = 0;
    for (std::int64_t row = 0; row < height_; ++row) {
      while (k + 1 < parabolas_.size() && parabolas_[k + 1].from <= row) ++k;
      const std::int64_t steps = row - parabolas_[k].at;
      out[row] = steps * steps + parabolas_[k].rise2;
    }
    return true;
  }

 private:
  struct Parabola {
    std::int64_t at, rise2, from;  ///< lowest from row `from` on
  };

  void build(const std::int32_t* along) {
    parabolas_.clear();
    for (std::int64_t row = 0; row < height_; ++row) {
      if (along[row] == no_target) continue;
      const std::int64_t rise2 = std::int64_t{along[row]} * along[row];
      std::int64_t from = 0;
      while (!parabolas_.empty()) {
        const Parabola& top = parabolas_.back();
        // First row where the new one is strictly lower than the top one.
        from = floor_divide(row * row - top.at * top.at + rise2 - top.rise2, 2 * (row - top.at)) + 1;
        if (from > top.from) break;
        parabolas_.pop_back();
        from = 0;
      }
      if (from < height_) parabolas_.push_back({row, rise2, from});
    }
  }

  std::int64_t height_;
  std::vector<Parabola> parabolas_;
};

/// Down a block of columns: gathers them from the row-major distances, and scatters metres row by row.
void distances_down(std::span<const std::int32_t> along, std::int64_t first, std::int64_t count,
                    Raster<float>& result) {
  const Grid& grid = result.grid();
  const auto height = static_cast<std::size_t>(grid.height);
  const auto columns = static_cast<std::size_t>(count);
  std::vector<std::int32_t> gathered(columns * height);
  for (std::size_t row = 0; row < height; ++row) {
    const auto from = along.subspan(grid.index({first, static_cast<std::int64_t>(row)}), columns);
    for (std::size_t c = 0; c < columns; ++c) gathered[c * height + row] = from[c];
  }
  std::vector<std::int64_t> squared(columns * height);
  ColumnEnvelope envelope(grid.height);
  for (std::size_t c = 0; c < columns; ++c) {
    if (!envelope(&gathered[c * height], &squared[c * height])) return;  // a target anywhere reaches every column
  }
  for (std::size_t row = 0; row < height; ++row) {
    const auto to = result.row(static_cast<std::int64_t>(row)).subspan(static_cast<std::size_t>(first), columns);
    for (std::size_t c = 0; c < columns; ++c) {
      to[c] = static_cast<float>(std::sqrt(static_cast<double>(squared[c * height + row])) * grid.cell_m);
    }
  }
}

}  // namespace

Raster<float> distance_transform(std::span<const std::size_t> targets, const Grid& grid) {
  Raster<float> result(grid, static_cast<float>(not_observed));
  if (targets.empty()) return result;
  std::vector<std::int32_t> along(grid.size(), no_target);
  for (const std::size_t target : targets) {
    if (target >= along.size()) {
      throw Error(ErrorCode::invalid_argument, fmt::format("distance: target {} lies outside the grid of {} cells; use "
                                                           "indices from Grid::index",
                                                           target, along.size()));
    }
    along[target] = 0;
  }
  const auto width = static_cast<std::size_t>(grid.width);
  parallel_for(parts(grid.height, rows_per_task), [&](std::size_t task) {
    const std::int64_t first = static_cast<std::int64_t>(task) * rows_per_task;
    for (std::int64_t row = first; row < std::min(grid.height, first + rows_per_task); ++row) {
      distances_along(std::span(along).subspan(grid.index({0, row}), width));
    }
  });
  parallel_for(parts(grid.width, columns_per_task), [&](std::size_t task) {
    const std::int64_t first = static_cast<std::int64_t>(task) * columns_per_task;
    distances_down(along, first, std::min(grid.width - first, columns_per_task), result);
  });
  return result;
}

}  // namespace tocsin
