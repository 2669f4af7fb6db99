#pragma once

#include <string_view>

namespace tocsin {

/// A distance on the ground. Plain numbers that travel without this type carry `_m` in their name.
struct Length {
  double metres = 0;
  friend bool operator==(Length, Length) = default;
};

constexpr Length metres(double value) {
  return {value};
}
constexpr Length kilometres(double value) {
  return {value * 1000.0};
}

/// A span of time in days; not a date.
struct Duration {
  double days = 0;
  friend bool operator==(Duration, Duration) = default;
};

constexpr Duration days(double value) {
  return {value};
}

/// Reads "25 km", "500 m" or "1.5 km". The unit is required.
/// @throws Error invalid_argument: not a number, unit missing or unknown, not finite. The message names the text.
Length parse_length(std::string_view text);

/// Reads "90 days", "1 day", "6 weeks", "12 months" (30.4375 days each), "2 years" (365.25 days each).
/// @throws Error invalid_argument as parse_length.
Duration parse_duration(std::string_view text);

/// Reads an amount of memory: "4 GB" (10^9 bytes), "500 MB"; into bytes.
/// @throws Error invalid_argument as parse_length, and unless it is more than 0.
double parse_bytes(std::string_view text);

}  // namespace tocsin
