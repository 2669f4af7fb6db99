// Neighbours of the 100 counties of North Carolina as spdep 1.2-7 has them (R 4.2.2, sf 1.0-9): poly2nb with snap 1e-9,
// knearneigh, dnearneigh, make.sym.nb, tri2nb. Sets must be equal. The data are not part of the repository:
// TOCSIN_REAL_DATA names the folder that holds oracle/neighbours/.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <boost/geometry/io/wkt/read.hpp>
#include <gtest/gtest.h>
#include <hotspot/neighbour_cases.hpp>

#include <tocsin/neighbours/area_overlap.hpp>
#include <tocsin/neighbours/contiguity.hpp>
#include <tocsin/neighbours/distance_neighbours.hpp>
#include <tocsin/neighbours/triangulation.hpp>

namespace tocsin {
namespace {

class Counties : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("TOCSIN_REAL_DATA");
    if (folder == nullptr) GTEST_SKIP() << "skipped: set TOCSIN_REAL_DATA to the folder that holds oracle/neighbours/";
    folder_ = std::string(folder) + "/oracle/neighbours/";
  }

  /// The lines of a file without its header.
  [[nodiscard]] std::vector<std::string> lines(const std::string& name) const {
    std::ifstream file(folder_ + name);
    if (!file) throw std::runtime_error("cannot open " + folder_ + name);
    std::vector<std::string> all;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) all.push_back(line);
    return all;
  }

  [[nodiscard]] std::vector<test::Link> links(const std::string& name) const {
    std::vector<test::Link> all;
    for (const std::string& line : lines(name)) {
      const auto comma = line.find(',');
      all.emplace_back(std::stoul(line.substr(0, comma)) - 1, std::stoul(line.substr(comma + 1)) - 1);
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  [[nodiscard]] Areas areas() const {
    Areas areas;
    for (const std::string& line : lines("nc_wkt.csv")) {
      const auto begin = line.find(",\"") + 2;
      MultiPolygon shape;
      boost::geometry::read_wkt(line.substr(begin, line.rfind('"') - begin), shape);
      areas.shapes.push_back(shape);
    }
    return areas;
  }

  [[nodiscard]] std::vector<Point> points() const {
    std::vector<Point> points;
    for (const std::string& line : lines("nc_data.csv")) {
      std::istringstream stream(line);
      std::string id, name, x, y;
      std::getline(stream, id, ',');
      std::getline(stream, name, ',');
      std::getline(stream, x, ',');
      std::getline(stream, y, ',');
      points.emplace_back(1000 * std::stod(x), 1000 * std::stod(y));
    }
    return points;
  }

 private:
  std::string folder_;
};

TEST_F(Counties, QueenAndRook) {
  const Areas counties = areas();
  ASSERT_EQ(counties.size(), 100U);
  EXPECT_EQ(test::links_of(queen_neighbours(counties)), links("nc_queen.csv"));
  EXPECT_EQ(test::links_of(rook_neighbours(counties)), links("nc_rook.csv"));
  EXPECT_TRUE(overlapping_areas(counties, 1e-9).empty());
}

TEST_F(Counties, NearestAndBands) {
  const std::vector<Point> centres = points();
  ASSERT_EQ(centres.size(), 100U);
  EXPECT_EQ(test::links_of(nearest_neighbours(centres, 1)), links("nc_knn1.csv"));
  EXPECT_EQ(test::links_of(nearest_neighbours(centres, 4)), links("nc_knn4.csv"));
  EXPECT_EQ(test::links_of(nearest_neighbours(centres, 8)), links("nc_knn8.csv"));
  EXPECT_EQ(test::links_of(symmetric_union(nearest_neighbours(centres, 4))), links("nc_knn4_symmetric.csv"));
  EXPECT_EQ(test::links_of(band_neighbours(centres, 40e3)), links("nc_band40km.csv"));
  EXPECT_EQ(test::links_of(band_neighbours(centres, 80e3)), links("nc_band80km.csv"));
  EXPECT_EQ(islands(band_neighbours(centres, 40e3)).size(), 4U);
}

TEST_F(Counties, Delaunay) {
  EXPECT_EQ(test::links_of(delaunay_neighbours(points())), links("nc_delaunay.csv"));
}

}  // namespace
}  // namespace tocsin
