#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/hotspot_class.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(HotspotClasses, AreByTheSignAndTheStrictestLevel) {
  const std::vector<double> z{3, 2, 1.7, 1, -1, -1.7, -2, -3}, p{0.01, 0.05, 0.1, 0.100001, 1, 0.0500001, 0.0100001, 0};
  const auto classes = hotspot_classes(z, p, std::vector<Undefined>(8, Undefined::no));
  EXPECT_EQ(classes, (std::vector<HotspotClass>{HotspotClass::hot_99, HotspotClass::hot_95, HotspotClass::hot_90,
                                                HotspotClass::not_significant, HotspotClass::not_significant,
                                                HotspotClass::cold_90, HotspotClass::cold_95, HotspotClass::cold_99}));
}

TEST(HotspotClasses, UndefinedIsNeverNotSignificant) {
  const std::vector<Undefined> reasons{Undefined::unobserved, Undefined::no_neighbours, Undefined::no_variance,
                                       Undefined::no, Undefined::no};
  const std::vector<double> p{nan, nan, nan, nan, 0.5}, z{nan, nan, nan, 1, nan};
  EXPECT_EQ(hotspot_classes(z, p, reasons),
            (std::vector<HotspotClass>{HotspotClass::unobserved, HotspotClass::no_neighbours, HotspotClass::no_variance,
                                       HotspotClass::no_variance, HotspotClass::no_variance}));
  EXPECT_EQ(cluster_classes(std::vector<Quadrant>(5, Quadrant::high_high), p, reasons),
            (std::vector<ClusterClass>{ClusterClass::unobserved, ClusterClass::no_neighbours, ClusterClass::no_variance,
                                       ClusterClass::no_variance, ClusterClass::not_significant}));
}

TEST(ClusterClasses, AreTheQuadrantsThatAreSignificant) {
  const std::vector<Quadrant> quadrants{Quadrant::high_high, Quadrant::low_low, Quadrant::high_low, Quadrant::low_high,
                                        Quadrant::high_high};
  const std::vector<double> p{0.05, 0.01, 0.02, 0.03, 0.051};
  const std::vector<Undefined> defined(5, Undefined::no);
  EXPECT_EQ(cluster_classes(quadrants, p, defined),
            (std::vector<ClusterClass>{ClusterClass::high_high, ClusterClass::low_low, ClusterClass::high_low,
                                       ClusterClass::low_high, ClusterClass::not_significant}));
  EXPECT_EQ(cluster_classes(quadrants, p, defined, 0.01)[0], ClusterClass::not_significant);
  EXPECT_THROW(cluster_classes(quadrants, p, defined, 0), Error);
  EXPECT_THROW(cluster_classes(quadrants, p, std::vector<Undefined>(4)), Error);
  EXPECT_THROW(hotspot_classes(p, p, std::vector<Undefined>(4)), Error);
}

TEST(Classes, HaveWords) {
  EXPECT_EQ(name(HotspotClass::not_significant), "not significant");
  EXPECT_EQ(name(HotspotClass::hot_99), "hot spot (99 %)");
  EXPECT_EQ(name(HotspotClass::cold_90), "cold spot (90 %)");
  EXPECT_EQ(name(HotspotClass::no_variance), "no variance");
  EXPECT_EQ(name(ClusterClass::low_high), "low-high");
  EXPECT_EQ(name(ClusterClass::no_variance), "no variance");
  EXPECT_EQ(name(Undefined::unobserved), "not observed");
  EXPECT_EQ(name(Undefined::no), "");
}

}  // namespace
}  // namespace tocsin
