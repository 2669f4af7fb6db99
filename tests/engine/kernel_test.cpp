#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <tocsin/density/kernel.hpp>

namespace tocsin {
namespace {

constexpr Kernel all_kernels[] = {Kernel::uniform, Kernel::triangular, Kernel::epanechnikov,
                                  Kernel::quartic, Kernel::triweight,  Kernel::gaussian};

TEST(Kernel, NamesAreReadBack) {
  for (const Kernel kernel : all_kernels) EXPECT_EQ(parse_kernel(to_string(kernel)), kernel);
  EXPECT_EQ(parse_kernel("biweight"), Kernel::quartic);
  EXPECT_EQ(to_string(Kernel::quartic), "quartic");
  EXPECT_FALSE(parse_kernel("Quartic"));
  EXPECT_FALSE(parse_kernel(""));
}

TEST(Kernel, PeaksAreSilvermans) {
  const double expected[] = {0.318310, 0.954930, 0.636620, 0.954930, 1.273240, 0.159155};  // six printed digits
  for (int i = 0; i < 6; ++i) EXPECT_NEAR(kernel_value(all_kernels[i], 0, 1), expected[i], 5e-7);
}

TEST(Kernel, WorkedValues) {
  // Printed with eight digits; bandwidths in km.
  const double distances[] = {0, 10, 20, 25};
  const double quartic[] = {1.5278875e-3, 1.0780774e-3, 1.9801421e-4, 0};
  const double gaussian[] = {1.5915494e-3, 9.6532353e-4, 2.1539279e-4, 6.9927802e-5};
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(kernel_value(Kernel::quartic, distances[i], 25), quartic[i], 5e-11);
    EXPECT_NEAR(kernel_value(Kernel::gaussian, distances[i], 10), gaussian[i], 5e-11);
  }
}

TEST(Kernel, IntegratesToOneOverThePlane) {
  for (const Kernel kernel : all_kernels) {
    const double bandwidth = 7, reach = kernel_reach(kernel, bandwidth);
    const int steps = 20000;  // midpoint rule: error about (1 / steps)^2
    double mass = 0;
    for (int i = 0; i < steps; ++i) {
      const double d = (i + 0.5) * reach / steps;
      mass += 2 * std::numbers::pi * d * kernel_value(kernel, d, bandwidth) * reach / steps;
    }
    EXPECT_NEAR(mass, 1, 1e-7) << to_string(kernel);
  }
}

TEST(Kernel, SupportIsClosedAndNothingLiesBeyond) {
  EXPECT_GT(kernel_value(Kernel::uniform, 5, 5), 0);
  EXPECT_EQ(kernel_value(Kernel::uniform, std::nextafter(5.0, 6.0), 5), 0);
  for (const Kernel kernel : all_kernels) {
    if (kernel == Kernel::gaussian) continue;
    EXPECT_EQ(kernel_reach(kernel, 5), 5);
    EXPECT_EQ(kernel_value(kernel, 5.001, 5), 0);
  }
  EXPECT_EQ(kernel_reach(Kernel::gaussian, 5), 40);
  EXPECT_LT(kernel_value(Kernel::gaussian, 40, 5), 1.3e-14 * kernel_value(Kernel::gaussian, 0, 5));
}

}  // namespace
}  // namespace tocsin
