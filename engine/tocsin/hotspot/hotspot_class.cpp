#include <array>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/hotspot_class.hpp>

namespace tocsin {
namespace {

void check_columns(std::size_t first, std::size_t p, std::size_t undefined) {
  if (first != p || first != undefined)
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("classes of {} places from {} p-values and {} reasons", first, p, undefined));
}

/// The class of a place whose statistic is undefined; both kinds of class hold these three.
template <typename Class>
Class class_of_reason(Undefined reason) {
  if (reason == Undefined::unobserved) return Class::unobserved;
  if (reason == Undefined::no_neighbours) return Class::no_neighbours;
  return Class::no_variance;
}

HotspotClass class_of(double z, double p) {
  if (p <= 0.01) return z > 0 ? HotspotClass::hot_99 : HotspotClass::cold_99;
  if (p <= 0.05) return z > 0 ? HotspotClass::hot_95 : HotspotClass::cold_95;
  if (p <= 0.10) return z > 0 ? HotspotClass::hot_90 : HotspotClass::cold_90;
  return HotspotClass::not_significant;
}

ClusterClass class_of(Quadrant quadrant) {
  switch (quadrant) {
    case Quadrant::high_high:
      return ClusterClass::high_high;
    case Quadrant::low_low:
      return ClusterClass::low_low;
    case Quadrant::high_low:
      return ClusterClass::high_low;
    case Quadrant::low_high:
      return ClusterClass::low_high;
    case Quadrant::undefined:
      break;
  }
  return ClusterClass::no_variance;
}

}  // namespace

std::vector<HotspotClass> hotspot_classes(std::span<const double> z, std::span<const double> p,
                                          std::span<const Undefined> undefined) {
  check_columns(z.size(), p.size(), undefined.size());
  std::vector<HotspotClass> out(z.size());
  for (std::size_t i = 0; i < z.size(); ++i) {
    const bool defined = undefined[i] == Undefined::no && !std::isnan(z[i]) && !std::isnan(p[i]);
    out[i] = defined ? class_of(z[i], p[i]) : class_of_reason<HotspotClass>(undefined[i]);
  }
  return out;
}

std::vector<ClusterClass> cluster_classes(std::span<const Quadrant> quadrants, std::span<const double> p,
                                          std::span<const Undefined> undefined, double level) {
  check_columns(quadrants.size(), p.size(), undefined.size());
  if (!(level > 0 && level < 1))
    throw Error(ErrorCode::invalid_argument, fmt::format("the level is {}; it lies between 0 and 1", level));
  std::vector<ClusterClass> out(p.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (undefined[i] != Undefined::no || std::isnan(p[i]))
      out[i] = class_of_reason<ClusterClass>(undefined[i]);
    else
      out[i] = p[i] <= level ? class_of(quadrants[i]) : ClusterClass::not_significant;
  }
  return out;
}

std::string_view name(HotspotClass value) {
  constexpr std::array<std::string_view, 10> names{
      "not significant",  "hot spot (90 %)",  "hot spot (95 %)", "hot spot (99 %)", "cold spot (90 %)",
      "cold spot (95 %)", "cold spot (99 %)", "not observed",    "no neighbours",   "no variance"};
  return names.at(static_cast<std::size_t>(value));
}

std::string_view name(ClusterClass value) {
  constexpr std::array<std::string_view, 8> names{"not significant", "high-high",    "low-low",       "high-low",
                                                  "low-high",        "not observed", "no neighbours", "no variance"};
  return names.at(static_cast<std::size_t>(value));
}

std::string_view name(Undefined value) {
  constexpr std::array<std::string_view, 4> names{"", "not observed", "no neighbours", "no variance"};
  return names.at(static_cast<std::size_t>(value));
}

}  // namespace tocsin
