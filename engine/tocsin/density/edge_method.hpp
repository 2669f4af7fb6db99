#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <tocsin/density/area_boundary.hpp>
#include <tocsin/density/kernel.hpp>
#include <tocsin/grid/grid.hpp>

namespace tocsin {

/// The kernel's mass inside an area as an integral along its boundary; an internal part of EdgeMass. Values may miss
/// 0 and 1 by rounding.
class EdgeMethod {
 public:
  virtual ~EdgeMethod() = default;
  [[nodiscard]] virtual double at(double x, double y) const = 0;
  /// Writes rows [first_row, first_row + rows), row-major. One task: small bands are for the caller to make.
  virtual void paint(const Grid& grid, std::int64_t first_row, std::int64_t rows, std::span<double> out) const = 0;
};

/// Kernels with finite support. The area inside the kernel's disc is bounded by parts of the boundary and by arcs of
/// the circle. With F(y) = Phi(r) / r^2 (y - x), r = |y - x| and Phi(r) the integral of s K(s) from 0 to r, the
/// divergence of F is K: the mass is the flow of F over that boundary (Gauss). Along an arc it is the arc's angle over
/// 2 pi; along an edge the integrand is a polynomial, summed exactly by Gauss-Legendre nodes (triangular: in closed
/// form). So nothing is approximated but by rounding, wherever x lies: on an edge and on a corner too.
/// Cost: edges x (cells whose disc the edge meets).
std::unique_ptr<EdgeMethod> make_disc_edge(std::vector<BoundaryEdge> edges, Kernel kernel, double bandwidth_m);

/// Gaussian, which is a product g(x) g(y): with G the integral of g, F = (G(x' - x) g(y' - y), 0) has the kernel as its
/// divergence, and the mass is the integral of G(x' - x) g(y' - y) dy' along the boundary. By Gauss-Legendre nodes on
/// pieces of at most one standard deviation, each within 1e-14 of its integral; beyond 8 deviations g is taken for 0.
/// Cost: nodes x (cells within 8 deviations); an edge has 3 to 7 nodes for each deviation of its length, at least 2.
std::unique_ptr<EdgeMethod> make_gaussian_edge(const std::vector<BoundaryEdge>& edges, double deviation_m);

}  // namespace tocsin
