#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <tocsin/neighbours/neighbours.hpp>
#include <tocsin/neighbours/road_network.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin {

/// Which areas lie how far from each other by road.
struct RoadNeighbours {
  Neighbours lengths_m;                                   ///< symmetric; weights are metres by road
  std::vector<std::optional<RoadNetwork::Place>> middle;  ///< by area; empty: no road of the network lies in it
};

/// Areas are neighbours by road where the shortest way from the middle of one to the middle of the other is no longer
/// than the band. The middle of an area is the point of the roads in it that is nearest to its centroid. Ways may lead
/// through other areas, and outside all. An area without a road has no middle and no neighbour: what lies near it by
/// road is not known.
/// @param band_m  finite, > 0; included
/// @throws Error  invalid_argument
/// Cost: O(areas x nodes of the network), in parallel over areas; the same for any number of threads
RoadNeighbours road_neighbours(const Areas& areas, const RoadNetwork& network, double band_m);

}  // namespace tocsin
