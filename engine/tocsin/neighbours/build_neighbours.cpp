#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/build_neighbours.hpp>
#include <tocsin/neighbours/contiguity.hpp>
#include <tocsin/neighbours/distance_neighbours.hpp>
#include <tocsin/neighbours/grid_neighbours.hpp>
#include <tocsin/neighbours/triangulation.hpp>

namespace tocsin {

using Kind = NeighbourRule::Kind;

Neighbours build_neighbours(const Areas& areas, const NeighbourRule& rule, double tolerance_m) {
  switch (rule.kind) {
    case Kind::queen:
      return queen_neighbours(areas, {tolerance_m});
    case Kind::rook:
      return rook_neighbours(areas, {tolerance_m});
    case Kind::k_nearest:
      return nearest_neighbours(centroids(areas), static_cast<std::size_t>(rule.k));
    case Kind::band:
      return band_neighbours(centroids(areas), rule.distance.metres);
    case Kind::delaunay:
      return delaunay_neighbours(centroids(areas));
    case Kind::gabriel:
      return gabriel_neighbours(centroids(areas));
    case Kind::gal:
    case Kind::gwt:
      break;
  }
  throw Error(ErrorCode::invalid_argument,
              fmt::format("neighbours \"{}\" are read from a file, not made from areas", to_string(rule)));
}

Neighbours build_neighbours(const Grid& grid, const NeighbourRule& rule, std::span<const std::uint8_t> inside) {
  switch (rule.kind) {
    case Kind::queen:
      return queen_neighbours(grid, inside);
    case Kind::rook:
      return rook_neighbours(grid, inside);
    case Kind::band:
      return band_neighbours(grid, rule.distance.metres, inside);
    default:
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("neighbours \"{}\": cells of a grid have queen, rook or a band, \"band: {:.0f} m\"",
                              to_string(rule), 2 * grid.cell_m));
  }
}

}  // namespace tocsin
