#pragma once

#include <optional>
#include <string_view>

namespace tocsin {

/// Kernels on the plane; each integrates to 1 (Silverman 1986, section 4.2). With u = distance / bandwidth:
/// uniform 1/pi, triangular (3/pi)(1-u), epanechnikov (2/pi)(1-u2), quartic (3/pi)(1-u2)^2, triweight (4/pi)(1-u2)^3
/// for u <= 1, all times 1/bandwidth2; gaussian exp(-u2/2)/(2 pi bandwidth2). For those with finite support the
/// bandwidth is the radius of the support; for gaussian the standard deviation.
enum class Kernel { uniform, triangular, epanechnikov, quartic, triweight, gaussian };

/// Reads a kernel's name; "biweight" is quartic. Empty when unknown.
std::optional<Kernel> parse_kernel(std::string_view name);
std::string_view to_string(Kernel kernel);

/// The kernel's value at a distance, per unit area of the same length unit. The rim belongs to a finite support;
/// gaussian is not cut off here.
double kernel_value(Kernel kernel, double distance, double bandwidth);

/// The distance beyond which density() lets the kernel add nothing: the bandwidth, or for gaussian 8 standard
/// deviations, beyond which a value is below 1.3e-14 of the peak.
double kernel_reach(Kernel kernel, double bandwidth);

}  // namespace tocsin
