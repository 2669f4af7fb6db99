#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include <tocsin/density/row_span.hpp>
#include <tocsin/density/sweep.hpp>

namespace tocsin {

namespace {

/// The peak of a kernel in events per km2.
double peak_per_km2(Kernel kernel, double bandwidth_m) {
  return 1e6 * kernel_value(kernel, 0, bandwidth_m);
}

/// Coefficients of (q + 2 a t - t^2)^P in rising powers of t, times w; the last entry counts the event.
/// With q = s - a^2 that is (s - (t - a)^2)^P.
template <int P>
using Coefficients = std::array<double, 2 * P + 2>;

template <int P>
Coefficients<P> coefficients(double s, double a, double w) {
  const double q = s - a * a, b = 2 * a;
  if constexpr (P == 0) return {w, 1};
  if constexpr (P == 1) return {w * q, w * b, -w, 1};
  if constexpr (P == 2) return {w * q * q, 2 * w * q * b, w * (b * b - 2 * q), -2 * w * b, w, 1};
  if constexpr (P == 3) {
    const double q2 = q * q, b2 = b * b;
    return {w * q2 * q, 3 * w * q2 * b, 3 * w * q * (b2 - q), w * b * (b2 - 6 * q), 3 * w * (q - b2), 3 * w * b, -w, 1};
  }
}

template <int P>
class SweepPainter final : public RowPainter {
 public:
  SweepPainter(Kernel kernel, const Grid& grid, double bandwidth_m, bool non_negative)
      : grid_(grid),
        spans_(grid, bandwidth_m),
        peak_(peak_per_km2(kernel, bandwidth_m)),
        per_bandwidth_(grid.cell_m / bandwidth_m),
        non_negative_(non_negative) {
    // A power of two between 2 and 4 bandwidths: a chord crosses one border at most, and |t| stays below 2.
    const double wanted = std::clamp(2 / per_bandwidth_, 1.0, static_cast<double>(std::int64_t{1} << 32));
    shift_ = std::countr_zero(std::bit_ceil(static_cast<std::uint64_t>(std::ceil(wanted))));
    changes_.resize(static_cast<std::size_t>(grid.width));
  }

  void paint(std::int64_t row, std::span<const WeightedPoint> near, std::span<double> out) override {
    const double y = grid_.y_of_row(row);
    bool touched = false;
    for (const WeightedPoint& event : near) {
      const double dy = y - event.y, dy2 = dy * dy;
      if (dy2 > spans_.reach2()) continue;
      const double column = spans_.column_of(event.x);
      const ColumnSpan span = spans_.find(event.x, column, dy2);
      if (span.begin >= span.end) continue;
      touched = true;
      add(span, column, 1 - dy2 / spans_.reach2(), event.weight * peak_);
    }
    if (touched) {
      sweep(out);
    } else {
      std::fill(out.begin(), out.end(), 0.0);
    }
  }

 private:
  [[nodiscard]] double middle_of_block(std::int64_t block) const {
    return static_cast<double>((block << shift_) + (std::int64_t{1} << shift_ >> 1));
  }

  void add(ColumnSpan span, double column, double s, double w) {
    const std::int64_t last_block = (span.end - 1) >> shift_;
    std::int64_t from = span.begin;
    for (std::int64_t block = from >> shift_;; ++block) {
      const auto terms = coefficients<P>(s, (column - middle_of_block(block)) * per_bandwidth_, w);
      auto& entry = changes_[static_cast<std::size_t>(from)];
      for (std::size_t k = 0; k < terms.size(); ++k) entry[k] += terms[k];
      from = (block + 1) << shift_;
      if (block < last_block) continue;
      if (span.end == from || span.end == grid_.width) return;  // the block ends here: nothing to take off
      auto& exit = changes_[static_cast<std::size_t>(span.end)];
      for (std::size_t k = 0; k < terms.size(); ++k) exit[k] -= terms[k];
      return;
    }
  }

  void sweep(std::span<double> out) {
    const std::int64_t blocks = ((grid_.width - 1) >> shift_) + 1;
    for (std::int64_t block = 0; block < blocks; ++block) {
      const std::int64_t first = block << shift_;
      const std::int64_t end = std::min(grid_.width, (block + 1) << shift_);
      double steps = static_cast<double>(first) - middle_of_block(block);
      Coefficients<P> sum{};
      for (std::int64_t c = first; c < end; ++c, steps += 1) {
        auto& change = changes_[static_cast<std::size_t>(c)];
        for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += change[k];
        change = {};
        if (sum.back() == 0) sum = {};  // nothing is active: drop what rounding left
        const double t = steps * per_bandwidth_;
        double value = sum[2 * P];
        for (int k = 2 * P - 1; k >= 0; --k) value = value * t + sum[static_cast<std::size_t>(k)];
        out[static_cast<std::size_t>(c)] = non_negative_ ? std::max(value, 0.0) : value;
      }
    }
  }

  const Grid& grid_;
  RowSpans spans_;
  double peak_;
  double per_bandwidth_;  ///< bandwidths per column
  bool non_negative_;
  int shift_ = 4;  ///< log2 of the columns in a block
  std::vector<Coefficients<P>> changes_;
};

template <Kernel kernel>
class DirectPainter final : public RowPainter {
 public:
  DirectPainter(const Grid& grid, double bandwidth_m)
      : grid_(grid),
        spans_(grid, bandwidth_m),
        peak_(peak_per_km2(kernel, bandwidth_m)),
        per_bandwidth_(grid.cell_m / bandwidth_m) {}

  void paint(std::int64_t row, std::span<const WeightedPoint> near, std::span<double> out) override {
    std::fill(out.begin(), out.end(), 0.0);
    const double y = grid_.y_of_row(row);
    for (const WeightedPoint& event : near) {
      const double dy = y - event.y, dy2 = dy * dy;
      if (dy2 > spans_.reach2()) continue;
      const double column = spans_.column_of(event.x);
      const ColumnSpan span = spans_.find(event.x, column, dy2);
      const double w = event.weight * peak_, v2 = dy2 / spans_.reach2();
      double* cell = out.data();
      for (std::int64_t c = span.begin; c < span.end; ++c) {
        const double dx = (static_cast<double>(static_cast<std::int32_t>(c)) - column) * per_bandwidth_;
        cell[c] += w * shape(dx * dx + v2);
      }
    }
  }

 private:
  /// The kernel relative to its peak, from the squared distance in bandwidths; rounding may put it just above 1.
  static double shape(double u2) {
    if constexpr (kernel == Kernel::uniform) return 1;
    if constexpr (kernel == Kernel::triangular) return std::max(0.0, 1 - std::sqrt(u2));
    const double rest = std::max(0.0, 1 - u2);
    if constexpr (kernel == Kernel::epanechnikov) return rest;
    if constexpr (kernel == Kernel::quartic) return rest * rest;
    return rest * rest * rest;
  }

  const Grid& grid_;
  RowSpans spans_;
  double peak_;
  double per_bandwidth_;
};

}  // namespace

std::unique_ptr<RowPainter> make_sweep_painter(Kernel kernel, const Grid& grid, double bandwidth_m, bool non_negative) {
  switch (kernel) {
    case Kernel::uniform:
      return std::make_unique<SweepPainter<0>>(kernel, grid, bandwidth_m, non_negative);
    case Kernel::epanechnikov:
      return std::make_unique<SweepPainter<1>>(kernel, grid, bandwidth_m, non_negative);
    case Kernel::quartic:
      return std::make_unique<SweepPainter<2>>(kernel, grid, bandwidth_m, non_negative);
    case Kernel::triweight:
      return std::make_unique<SweepPainter<3>>(kernel, grid, bandwidth_m, non_negative);
    case Kernel::triangular:
    case Kernel::gaussian:
      break;
  }
  return nullptr;
}

std::unique_ptr<RowPainter> make_direct_painter(Kernel kernel, const Grid& grid, double bandwidth_m) {
  switch (kernel) {
    case Kernel::uniform:
      return std::make_unique<DirectPainter<Kernel::uniform>>(grid, bandwidth_m);
    case Kernel::triangular:
      return std::make_unique<DirectPainter<Kernel::triangular>>(grid, bandwidth_m);
    case Kernel::epanechnikov:
      return std::make_unique<DirectPainter<Kernel::epanechnikov>>(grid, bandwidth_m);
    case Kernel::quartic:
      return std::make_unique<DirectPainter<Kernel::quartic>>(grid, bandwidth_m);
    case Kernel::triweight:
      return std::make_unique<DirectPainter<Kernel::triweight>>(grid, bandwidth_m);
    case Kernel::gaussian:
      break;
  }
  return nullptr;
}

bool sweep_is_quicker(Kernel kernel, const Grid& grid, double bandwidth_m, std::size_t events) {
  if (kernel == Kernel::triangular || kernel == Kernel::gaussian) return false;
  // Nanoseconds on one x86-64 core without AVX (1000 x 400 cells, 100 to 200,000 events, bandwidths of 2 to 50 cells);
  // p is the kernel's power. A wrong guess costs time only: near the border both take about as long.
  const double p = kernel == Kernel::uniform        ? 0
                   : kernel == Kernel::epanechnikov ? 1
                   : kernel == Kernel::quartic      ? 2
                                                    : 3;
  const double radius = bandwidth_m / grid.cell_m;
  if (radius < 4) return false;  // chords of a few cells: adding them up is never slower
  const double rows = std::min(2 * radius + 1, static_cast<double>(grid.height));
  const double chord = std::min(std::numbers::pi / 2 * radius, static_cast<double>(grid.width));  // its mean length
  const double chords = static_cast<double>(events) * rows;
  const double sweep = chords * (10 + 2.5 * p) + static_cast<double>(grid.size()) * (0.8 + 0.65 * p);
  const double direct = chords * (12 + chord * std::min(1.0, 0.3 + 0.35 * p));
  return sweep < direct;
}

}  // namespace tocsin
