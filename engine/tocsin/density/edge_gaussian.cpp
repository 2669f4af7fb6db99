#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/density/edge_method.hpp>
#include <tocsin/density/gauss_legendre.hpp>

namespace tocsin {

namespace {

/// A quadrature node on the boundary, in metres.
struct Node {
  double x = 0, y = 0;
  double rise = 0;  ///< its share of the way north, in standard deviations
};

template <std::size_t N>
void add_nodes(const BoundaryEdge& edge, std::int64_t pieces, double deviation_m, std::vector<Node>& nodes) {
  static const auto rule = detail::gauss_legendre<N>();
  const double rise = (edge.by - edge.ay) / static_cast<double>(pieces) / deviation_m;
  for (std::int64_t piece = 0; piece < pieces; ++piece)
    for (const auto& [place, weight] : rule) {
      const double s = (static_cast<double>(piece) + place) / static_cast<double>(pieces);
      nodes.push_back({edge.ax + s * (edge.bx - edge.ax), edge.ay + s * (edge.by - edge.ay), weight * rise});
    }
}

constexpr double most_nodes = 1e8;  // 2.4 GB

/// Nodes enough for 1e-14. The rule with N nodes errs by L^(2N+1) N!^4 / ((2N+1) (2N)!^3) times the 2N-th derivative
/// over a piece of L deviations; derivatives of the integrand are below Hermite polynomials: 1, 6, 400, 50000 for
/// 2N = 4, 6, 10, 14.
std::vector<Node> nodes_of(const std::vector<BoundaryEdge>& edges, double deviation_m) {
  double whole_length = 0;
  for (const BoundaryEdge& edge : edges) whole_length += std::hypot(edge.bx - edge.ax, edge.by - edge.ay);
  if (7 * whole_length / deviation_m + 7 * static_cast<double>(edges.size()) > most_nodes)
    throw Error(ErrorCode::memory,
                fmt::format("edge correction: a gaussian bandwidth of {} m is too small for a border "
                            "of {:.0f} km; take a larger bandwidth or another kernel",
                            deviation_m, whole_length / 1000));
  std::vector<Node> nodes;
  for (const BoundaryEdge& edge : edges) {
    if (edge.ay == edge.by) continue;  // level edges add nothing
    const double length = std::hypot(edge.bx - edge.ax, edge.by - edge.ay) / deviation_m;
    if (length <= 0.005) {
      add_nodes<2>(edge, 1, deviation_m, nodes);
    } else if (length <= 0.06) {
      add_nodes<3>(edge, 1, deviation_m, nodes);
    } else if (length <= 0.4) {
      add_nodes<5>(edge, 1, deviation_m, nodes);
    } else {
      add_nodes<7>(edge, static_cast<std::int64_t>(std::ceil(length)), deviation_m, nodes);
    }
  }
  return nodes;
}

class GaussianEdge final : public EdgeMethod {
 public:
  GaussianEdge(const std::vector<BoundaryEdge>& edges, double deviation_m)
      : nodes_(nodes_of(edges, deviation_m)),
        reach_m_(kernel_reach(Kernel::gaussian, deviation_m)),
        per_m_(1 / deviation_m) {}

  [[nodiscard]] double at(double x, double y) const override {
    double mass = 0;
    for (const Node& node : nodes_) {
      if (std::abs(node.y - y) > reach_m_ || node.x < x - reach_m_) continue;
      mass += height(node, y) * (node.x > x + reach_m_ ? 1.0 : share_west(node, x));
    }
    return mass;
  }

  void paint(const Grid& grid, std::int64_t first_row, std::int64_t rows, std::span<double> out) const override {
    const auto width = static_cast<std::size_t>(grid.width);
    const auto count = static_cast<std::size_t>(rows);
    std::fill(out.begin(), out.end(), 0.0);
    std::vector<double> west((width + 1) * count), share(width), heights(count);
    const double north = grid.y_of_row(first_row) + reach_m_, south = grid.y_of_row(first_row + rows - 1) - reach_m_;
    for (const Node& node : nodes_) {
      if (node.y > north || node.y < south) continue;
      for (std::size_t r = 0; r < count; ++r) {
        const double y = grid.y_of_row(first_row + static_cast<std::int64_t>(r));
        heights[r] = std::abs(node.y - y) > reach_m_ ? 0 : height(node, y);
      }
      const std::size_t begin = columns_west_of(grid, node.x - reach_m_);
      const std::size_t end = columns_west_of(grid, node.x + reach_m_);
      for (std::size_t c = begin; c < end; ++c) share[c] = share_west(node, grid.x_of_column(std::int64_t(c)));
      for (std::size_t r = 0; r < count; ++r) {
        if (heights[r] == 0) continue;
        west[r * (width + 1) + begin] += heights[r];
        double* line = out.data() + r * width;
        const double h = heights[r];
        for (std::size_t c = begin; c < end; ++c) line[c] += h * share[c];
      }
    }
    add_whole_shares(west, width, out);
  }

 private:
  /// How many columns have their centre west of x.
  static std::size_t columns_west_of(const Grid& grid, double x) {
    const double columns = (x - grid.origin_x) / grid.cell_m - 0.5;
    return static_cast<std::size_t>(std::ceil(std::clamp(columns, 0.0, static_cast<double>(grid.width))));
  }
  /// Nodes too far east to be distinguished: all of their height counts. `west` holds it at the first column beyond.
  static void add_whole_shares(const std::vector<double>& west, std::size_t width, std::span<double> out) {
    for (std::size_t first = 0, r = 0; first < out.size(); first += width, ++r) {
      double sum = 0;
      for (std::size_t c = width; c-- > 0;) {
        sum += west[r * (width + 1) + c + 1];
        out[first + c] += sum;
      }
    }
  }
  [[nodiscard]] double height(const Node& node, double y) const {
    const double u = (node.y - y) * per_m_;
    constexpr double peak = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
    return node.rise * peak * std::exp(-0.5 * u * u);
  }
  /// The share of the kernel that lies west of the node.
  [[nodiscard]] double share_west(const Node& node, double x) const {
    return 0.5 * std::erfc((x - node.x) * per_m_ / std::numbers::sqrt2);
  }

  std::vector<Node> nodes_;
  double reach_m_, per_m_;
};

}  // namespace

std::unique_ptr<EdgeMethod> make_gaussian_edge(const std::vector<BoundaryEdge>& edges, double deviation_m) {
  return std::make_unique<GaussianEdge>(edges, deviation_m);
}

}  // namespace tocsin
