#pragma once

#include <fstream>
#include <map>
#include <string>

#include <boost/geometry/algorithms/correct.hpp>
#include <boost/geometry/algorithms/for_each.hpp>
#include <boost/geometry/io/wkt/read.hpp>
#include <boost/geometry/strategies/strategies.hpp>

#include <tocsin/vector/geometry.hpp>

#include "source_dir.hpp"

namespace tocsin::test {

/// The oracle's cells are 0.5 m wide and 0.25 m high, ours are square: halving every x makes them so, and keeps the
/// shares.
inline std::map<std::string, MultiPolygon> oracle_polygons() {
  std::map<std::string, MultiPolygon> shapes;
  std::ifstream file(source_dir() + "/tests/engine/oracle/zonal/polygons.csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::size_t open = line.find('"'), close = line.rfind('"');
    const std::string wkt = line.substr(open + 1, close - open - 1);
    MultiPolygon shape{Polygon{}};
    if (wkt.starts_with("MULTI"))
      boost::geometry::read_wkt(wkt, shape);
    else
      boost::geometry::read_wkt(wkt, shape[0]);
    boost::geometry::for_each_point(shape, [](Point& point) { point.x(point.x() / 2); });  // exact
    boost::geometry::correct(shape);
    shapes[line.substr(0, line.find(','))] = shape;
  }
  return shapes;
}

}  // namespace tocsin::test
