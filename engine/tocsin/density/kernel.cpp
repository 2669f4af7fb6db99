#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include <tocsin/density/kernel.hpp>

namespace tocsin {

namespace {

constexpr std::array<std::pair<std::string_view, Kernel>, 7> names{{{"uniform", Kernel::uniform},
                                                                    {"triangular", Kernel::triangular},
                                                                    {"epanechnikov", Kernel::epanechnikov},
                                                                    {"quartic", Kernel::quartic},
                                                                    {"triweight", Kernel::triweight},
                                                                    {"gaussian", Kernel::gaussian},
                                                                    {"biweight", Kernel::quartic}}};

}  // namespace

std::optional<Kernel> parse_kernel(std::string_view name) {
  for (const auto& [text, kernel] : names) {
    if (text == name) return kernel;
  }
  return std::nullopt;
}

std::string_view to_string(Kernel kernel) {
  for (const auto& [text, candidate] : names) {
    if (candidate == kernel) return text;  // the synonym stands last
  }
  return {};
}

double kernel_value(Kernel kernel, double distance, double bandwidth) {
  using std::numbers::inv_pi;
  const double scale = 1 / (bandwidth * bandwidth);
  const double u = distance / bandwidth;
  if (kernel == Kernel::gaussian) return 0.5 * inv_pi * scale * std::exp(-0.5 * u * u);
  // Squares are compared as density() does, so that a cell on the rim is in or out in both.
  if (distance * distance > bandwidth * bandwidth) return 0;
  const double rest = std::fmax(0.0, 1 - u * u);
  switch (kernel) {
    case Kernel::uniform:
      return inv_pi * scale;
    case Kernel::triangular:
      return 3 * inv_pi * scale * std::fmax(0.0, 1 - u);
    case Kernel::epanechnikov:
      return 2 * inv_pi * scale * rest;
    case Kernel::quartic:
      return 3 * inv_pi * scale * rest * rest;
    case Kernel::triweight:
      return 4 * inv_pi * scale * rest * rest * rest;
    case Kernel::gaussian:
      break;
  }
  return 0;
}

double kernel_reach(Kernel kernel, double bandwidth) {
  return kernel == Kernel::gaussian ? 8 * bandwidth : bandwidth;
}

}  // namespace tocsin
