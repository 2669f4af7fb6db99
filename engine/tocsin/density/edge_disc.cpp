#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <tocsin/density/edge_method.hpp>
#include <tocsin/density/gauss_legendre.hpp>

namespace tocsin {

namespace {

/// A piece of an edge seen from the kernel's centre, in bandwidths.
struct Piece {
  double ax, ay, bx, by;
};

/// The flow over a piece inside the disc, in turns (1 is the kernel's whole mass). Phi(r) / r^2 is q(r^2) / (2 pi).
/// Kernels (1 - u^2)^p: q(s) = (1 - (1 - s)^(p + 1)) / s, of degree p; along a straight line s is of degree 2.
template <int P>
struct PolynomialFlow {
  std::array<detail::QuadratureNode, P + 1> nodes = detail::gauss_legendre<P + 1>();

  static double q(double s) {
    if constexpr (P == 0) return 1;
    if constexpr (P == 1) return 2 - s;
    if constexpr (P == 2) return 3 + s * (s - 3);
    if constexpr (P == 3) return 4 + s * (s * (4 - s) - 6);
  }

  [[nodiscard]] double operator()(const Piece& piece) const {
    const double ex = piece.bx - piece.ax, ey = piece.by - piece.ay;
    double sum = 0;
    for (const auto& node : nodes) {
      const double x = piece.ax + node.place * ex, y = piece.ay + node.place * ey;
      sum += node.weight * q(x * x + y * y);
    }
    return 0.5 * std::numbers::inv_pi * (piece.ax * ey - piece.ay * ex) * sum;
  }

  /// Adds the flow over one edge for cells [begin, end) of a row whose discs hold all of it.
  /// @param piece  as seen from column 0; column c is c * step further east
  void add_whole(const Piece& piece, double step, std::int64_t begin, std::int64_t end, double* out) const {
    const double ex = piece.bx - piece.ax, ey = piece.by - piece.ay;
    std::array<double, P + 1> y2{}, dx{}, weight{};
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      const double y = piece.ay + nodes[k].place * ey;
      y2[k] = y * y;
      dx[k] = nodes[k].place * ex;
      weight[k] = 0.5 * std::numbers::inv_pi * nodes[k].weight;
    }
    for (std::int64_t c = begin; c < end; ++c) {
      const double ax = piece.ax - static_cast<double>(static_cast<std::int32_t>(c)) * step;
      double sum = 0;
      for (std::size_t k = 0; k < y2.size(); ++k) {
        const double x = ax + dx[k];
        sum += weight[k] * q(x * x + y2[k]);
      }
      out[c] += (ax * ey - piece.ay * ex) * sum;
    }
  }
};

/// Triangular: q = 3 - 2 r. The integral of r along a line at distance d from the centre is
/// (t r + d^2 asinh(t / d)) / 2, t counted from the foot of the perpendicular.
struct TriangularFlow {
  [[nodiscard]] double operator()(const Piece& piece) const {
    const double ex = piece.bx - piece.ax, ey = piece.by - piece.ay, length = std::sqrt(ex * ex + ey * ey);
    if (length == 0) return 0;
    const double cross = piece.ax * ey - piece.ay * ex, d2 = cross / length * (cross / length);
    const double t1 = (piece.ax * ex + piece.ay * ey) / length, t2 = (piece.bx * ex + piece.by * ey) / length;
    const double r1 = std::sqrt(piece.ax * piece.ax + piece.ay * piece.ay);
    const double r2 = std::sqrt(piece.bx * piece.bx + piece.by * piece.by);
    double along = t2 * r2 - t1 * r1;
    // asinh(t2 / d) - asinh(t1 / d) as one asinh; ends on the same side of the foot would cancel in the plain form.
    if (d2 > 0)
      along += d2 * std::asinh(t1 * t2 > 0 ? (t2 - t1) * (t2 + t1) / (t2 * r1 + t1 * r2) : (t2 * r1 - t1 * r2) / d2);
    return 0.5 * std::numbers::inv_pi * cross * (3 - along / length);
  }

  void add_whole(const Piece& piece, double step, std::int64_t begin, std::int64_t end, double* out) const {
    for (std::int64_t c = begin; c < end; ++c) {
      const double east = static_cast<double>(static_cast<std::int32_t>(c)) * step;
      out[c] += (*this)(Piece{piece.ax - east, piece.ay, piece.bx - east, piece.by});
    }
  }
};

template <typename Flow>
class DiscEdge final : public EdgeMethod {
 public:
  DiscEdge(std::vector<BoundaryEdge> edges, double bandwidth_m)
      : edges_(std::move(edges)), reach_m_(bandwidth_m), reach2_(bandwidth_m * bandwidth_m), per_m_(1 / bandwidth_m) {}

  [[nodiscard]] double at(double x, double y) const override {
    double mass = 0;
    for (const BoundaryEdge& edge : edges_) {
      if (std::min(edge.ay, edge.by) > y + reach_m_ || std::max(edge.ay, edge.by) < y - reach_m_) continue;
      if (std::min(edge.ax, edge.bx) > x + reach_m_) continue;
      mass += share(edge, x, y);
    }
    return mass;
  }

  void paint(const Grid& grid, std::int64_t first_row, std::int64_t rows, std::span<double> out) const override {
    const double north = grid.y_of_row(first_row) + reach_m_, south = grid.y_of_row(first_row + rows - 1) - reach_m_;
    std::vector<BoundaryEdge> near;
    for (const BoundaryEdge& edge : edges_)
      if (std::min(edge.ay, edge.by) <= north && std::max(edge.ay, edge.by) >= south) near.push_back(edge);
    std::vector<int> west(static_cast<std::size_t>(grid.width) + 1);
    for (std::int64_t row = first_row; row < first_row + rows; ++row) {
      const std::span<double> line =
          out.subspan(static_cast<std::size_t>((row - first_row) * grid.width), static_cast<std::size_t>(grid.width));
      std::fill(line.begin(), line.end(), 0.0);
      std::fill(west.begin(), west.end(), 0);
      for (const BoundaryEdge& edge : near) add_edge(edge, grid, grid.y_of_row(row), line, west);
      int crossings = 0;
      for (std::size_t c = 0; c < line.size(); ++c) {
        crossings += west[c];
        line[c] += crossings;
      }
    }
  }

 private:
  /// What an edge adds to the mass about (x, y), in turns: its flow inside the disc; minus the angle where the boundary
  /// leaves the disc and plus the angle where it enters, so that arcs remain; and a whole turn, with sign, where it
  /// crosses the row between the disc and the far west: the angle jumps there, at the disc's westernmost point.
  /// Which part crosses the row is told by the same numbers that give the angles, so that rounding moves the sum by
  /// rounding, never by a turn.
  [[nodiscard]] double share(const BoundaryEdge& edge, double x, double y) const {
    constexpr double per_turn = 0.5 * std::numbers::inv_pi;
    const double ax = edge.ax - x, ay = edge.ay - y, bx = edge.bx - x, by = edge.by - y;
    const double ex = bx - ax, ey = by - ay, length2 = ex * ex + ey * ey;
    const bool a_inside = ax * ax + ay * ay <= reach2_, b_inside = bx * bx + by * by <= reach2_;
    const int crossing = crossing_of_row(edge, y);
    const double turn = crossing != 0 && x_of_crossing(edge, y) < x ? crossing : 0;
    double s1 = 0, s2 = 1;
    if (!a_inside || !b_inside) {
      const double along = -(ax * ex + ay * ey), cross = ax * ey - ay * ex;
      const double discriminant = reach2_ * length2 - cross * cross;
      const bool foot_within = along > 0 && along < length2;
      if (!a_inside && !b_inside && (discriminant <= 0 || !foot_within)) return turn;
      const double half_chord = std::sqrt(std::max(discriminant, 0.0));
      if (!a_inside) s1 = std::clamp((along - half_chord) / length2, 0.0, 1.0);
      if (!b_inside) s2 = std::clamp((along + half_chord) / length2, s1, 1.0);
    }
    const auto between = [](double from, double to, double s) {
      return std::clamp(from + s * (to - from), std::min(from, to), std::max(from, to));
    };
    const double px = s1 == 0 ? ax : ax + s1 * ex, py = s1 == 0 ? ay : between(ay, by, s1);
    const double qx = s2 == 1 ? bx : ax + s2 * ex, qy = s2 == 1 ? by : between(ay, by, s2);
    double mass = flow_({px * per_m_, py * per_m_, qx * per_m_, qy * per_m_});
    if (!a_inside) mass += per_turn * std::atan2(py, px);
    if (!b_inside) mass -= per_turn * std::atan2(qy, qx);
    if ((py >= 0) == (qy >= 0)) mass += turn;  // it crosses, if at all, outside the disc
    return mass;
  }

  void add_edge(const BoundaryEdge& edge, const Grid& grid, double y, std::span<double> line,
                std::vector<int>& west) const {
    const double low = std::min(edge.ay, edge.by), high = std::max(edge.ay, edge.by);
    if (low > y + reach_m_ || high < y - reach_m_) return;
    // The part of the edge that is near enough to the row, and how far its discs reach to the sides.
    double from_x = edge.ax, to_x = edge.bx;
    if (low < y - reach_m_ || high > y + reach_m_) {
      const double slope = (edge.bx - edge.ax) / (edge.by - edge.ay);
      from_x = edge.ax + (std::clamp(edge.ay, y - reach_m_, y + reach_m_) - edge.ay) * slope;
      to_x = edge.ax + (std::clamp(edge.by, y - reach_m_, y + reach_m_) - edge.ay) * slope;
    }
    const double gap = low > y ? low - y : high < y ? y - high : 0;
    const double half = std::sqrt(std::max(0.0, reach2_ - gap * gap));
    const auto column = [&](double x) {
      const double limit = static_cast<double>(grid.width);
      return std::clamp((x - grid.origin_x) / grid.cell_m - 0.5, -4.0, limit + 4.0);
    };
    // Two columns to spare on either side: rounding decides nothing here.
    const auto begin = std::max<std::int64_t>(0, std::int64_t(std::floor(column(std::min(from_x, to_x) - half))) - 2);
    const auto end =
        std::min<std::int64_t>(grid.width, std::int64_t(std::ceil(column(std::max(from_x, to_x) + half))) + 3);
    west[static_cast<std::size_t>(std::max<std::int64_t>(end, 0))] += crossing_of_row(edge, y);
    std::int64_t whole_begin = end, whole_end = end;
    const double ay = edge.ay - y, by = edge.by - y;
    if (std::abs(ay) < reach_m_ && std::abs(by) < reach_m_) {
      const double half_a = std::sqrt(reach2_ - ay * ay), half_b = std::sqrt(reach2_ - by * by);
      const auto from = std::int64_t(std::ceil(column(std::max(edge.ax - half_a, edge.bx - half_b)))) + 2;
      const auto to = std::int64_t(std::floor(column(std::min(edge.ax + half_a, edge.bx + half_b)))) - 1;
      if (std::max(from, begin) < std::min(to, end)) {
        whole_begin = std::max(from, begin);
        whole_end = std::min(to, end);
        const double x = grid.x_of_column(0);
        flow_.add_whole({(edge.ax - x) * per_m_, ay * per_m_, (edge.bx - x) * per_m_, by * per_m_},
                        grid.cell_m * per_m_, whole_begin, whole_end, line.data());
      }
    }
    for (std::int64_t c = begin; c < whole_begin; ++c)
      line[static_cast<std::size_t>(c)] += share(edge, grid.x_of_column(c), y);
    for (std::int64_t c = whole_end; c < end; ++c)
      line[static_cast<std::size_t>(c)] += share(edge, grid.x_of_column(c), y);
  }

  Flow flow_;
  std::vector<BoundaryEdge> edges_;
  double reach_m_, reach2_, per_m_;
};

}  // namespace

std::unique_ptr<EdgeMethod> make_disc_edge(std::vector<BoundaryEdge> edges, Kernel kernel, double bandwidth_m) {
  switch (kernel) {
    case Kernel::uniform:
      return std::make_unique<DiscEdge<PolynomialFlow<0>>>(std::move(edges), bandwidth_m);
    case Kernel::epanechnikov:
      return std::make_unique<DiscEdge<PolynomialFlow<1>>>(std::move(edges), bandwidth_m);
    case Kernel::quartic:
      return std::make_unique<DiscEdge<PolynomialFlow<2>>>(std::move(edges), bandwidth_m);
    case Kernel::triweight:
      return std::make_unique<DiscEdge<PolynomialFlow<3>>>(std::move(edges), bandwidth_m);
    case Kernel::triangular:
      return std::make_unique<DiscEdge<TriangularFlow>>(std::move(edges), bandwidth_m);
    case Kernel::gaussian:
      break;
  }
  return nullptr;
}

}  // namespace tocsin
