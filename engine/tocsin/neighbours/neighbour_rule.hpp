#pragma once

#include <string>
#include <string_view>

#include <tocsin/core/units.hpp>

namespace tocsin {

/// Who is whose neighbour, in the words of scenario files and of the program.
struct NeighbourRule {
  enum class Kind {
    queen,      ///< "queen": areas that share a point of their boundaries
    rook,       ///< "rook": areas that share a stretch of them
    k_nearest,  ///< "knn: 8": the so many nearest centroids
    band,       ///< "band: 10 km": centroids within a distance
    delaunay,   ///< "delaunay"
    gabriel,    ///< "gabriel"
    gal,        ///< "gal: FILE": links from a file
    gwt         ///< "gwt: FILE": links and weights from a file
  };
  Kind kind = Kind::queen;
  int k = 0;         ///< for k_nearest
  Length distance;   ///< for band
  std::string path;  ///< for gal and gwt, as written

  /// True when the links are made from places, false when they are read from a file.
  [[nodiscard]] bool from_places() const { return kind != Kind::gal && kind != Kind::gwt; }
};

/// @throws Error invalid_argument: says what can be written and names the nearest
NeighbourRule parse_neighbour_rule(std::string_view text);
/// The rule as it would be written.
std::string to_string(const NeighbourRule& rule);

}  // namespace tocsin
