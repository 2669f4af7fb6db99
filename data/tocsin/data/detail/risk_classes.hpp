#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace tocsin::data {

/// A class of scores and how it is painted, on the map and in QGIS.
struct RiskClass {
  int lower = 0, upper = 0;  ///< the lower end belongs to the class, the upper only to the last one
  int red = 0, green = 0, blue = 0;
};

/// ColorBrewer's YlOrRd with 5 classes: safe for the colour-blind, and darker with every class, so that it can be read
/// on a photocopy too.
inline constexpr std::array<RiskClass, 5> risk_classes{{{0, 20, 255, 255, 178},
                                                        {20, 40, 254, 204, 92},
                                                        {40, 60, 253, 141, 60},
                                                        {60, 80, 240, 59, 32},
                                                        {80, 100, 189, 0, 38}}};

/// The class of an observed score.
inline const RiskClass& risk_class_of(double score) {
  const double place = std::clamp(std::floor(score / 20), 0.0, static_cast<double>(risk_classes.size() - 1));
  return risk_classes[static_cast<std::size_t>(place)];
}

}  // namespace tocsin::data
