#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {
namespace {

// 0 - 1 - 2   3 (an island)
Neighbours chain() {
  return {{0, 1, 3, 4, 4}, {1, 0, 2, 1}};
}

TEST(Neighbours, RefusesWhatIsNotAMatrixOfWeights) {
  EXPECT_THROW(Neighbours({0, 1}, {1}), Error);                     // no place 1
  EXPECT_THROW(Neighbours({0, 2, 2}, {1, 1}), Error);               // repeated
  EXPECT_THROW(Neighbours({0, 2, 2, 2}, {2, 1}), Error);            // not ascending
  EXPECT_THROW(Neighbours({0, 1, 2}, {1, 0}, {1.0}), Error);        // a weight is missing
  EXPECT_THROW(Neighbours({0, 1, 2}, {1, 0}, {1.0, -1.0}), Error);  // negative
  EXPECT_THROW(Neighbours({0, 1, 2}, {1, 0}, {1.0, NAN}), Error);
  EXPECT_THROW(Neighbours({1, 1}, {0}), Error);
}

TEST(Neighbours, NamesIslandsAlsoWhereTheyAreTheirOwnNeighbours) {
  EXPECT_EQ(islands(chain()), std::vector<std::uint32_t>{3});
  EXPECT_EQ(islands(with_self(chain())), std::vector<std::uint32_t>{3});
}

TEST(Neighbours, SelfIsAddedInOrderReplacedAndTakenAway) {
  const Neighbours selves = with_self(chain());
  EXPECT_TRUE(selves.binary());
  EXPECT_EQ(selves, Neighbours({0, 2, 5, 7, 8}, {0, 1, 0, 1, 2, 1, 2, 3}));
  EXPECT_EQ(without_self(selves), chain());
  const Neighbours heavy = with_self(selves, 2.5);
  EXPECT_EQ(heavy.weight(1, 1), 2.5);
  EXPECT_EQ(heavy.weight(1, 0), 1.0);
  EXPECT_EQ(with_self(heavy, 1).all_weights()[0], 1.0);
}

TEST(Neighbours, WhatIsNotPresentIsNobodysNeighbour) {
  const std::vector<std::uint8_t> present{1, 0, 1, 1};
  EXPECT_EQ(among(chain(), present).links(), 0U);
  EXPECT_EQ(among(chain(), present).size(), 4U);
  EXPECT_THROW(among(chain(), std::vector<std::uint8_t>{1}), Error);
}

TEST(Neighbours, StylesScaleRows) {
  const Neighbours rows = styled(chain(), WeightStyle::row_standardised);
  EXPECT_EQ(std::vector<double>(rows.all_weights().begin(), rows.all_weights().end()),
            (std::vector<double>{1, 0.5, 0.5, 1}));
  // Rows over their root sum of squares: 1, 1/sqrt(2) twice, 1; they sum to 2 + sqrt(2); all sum to n = 4.
  const Neighbours stable = styled(chain(), WeightStyle::variance_stabilising);
  double total = 0;
  for (const double weight : stable.all_weights()) total += weight;
  EXPECT_NEAR(total, 4, 1e-15);
  EXPECT_NEAR(stable.weight(0, 0), 4 / (2 + std::sqrt(2)), 1e-15);
  EXPECT_NEAR(stable.weight(0, 0) / stable.weight(1, 0), std::sqrt(2), 1e-15);
}

TEST(RandomStream, GivesThePublishedNumbersOfPhilox) {
  // Known answers of Random123 for philox4x32-10 with all counters and keys 0.
  RandomStream stream({.seed = 0, .purpose = 0, .item = 0, .draw = 0});
  EXPECT_EQ(stream.next(), 0x6627e8d5U);
  EXPECT_EQ(stream.next(), 0xe169c58dU);
  EXPECT_EQ(stream.next(), 0xbc57ac4cU);
  EXPECT_EQ(stream.next(), 0x9b00dbd8U);
}

TEST(RandomStream, DrawsBelowANumberWithoutBias) {
  RandomStream stream({.seed = 7});
  std::vector<int> seen(6, 0);
  for (int i = 0; i < 60'000; ++i) ++seen[stream.below(6)];
  for (const int count : seen) EXPECT_NEAR(count, 10'000, 5 * std::sqrt(10'000 * 5 / 6.0));
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) sum += stream.uniform();
  EXPECT_NEAR(sum / 10'000, 0.5, 5 * std::sqrt(1 / 12.0 / 10'000));
}

}  // namespace
}  // namespace tocsin
