#pragma once

#include <optional>
#include <string_view>

#include <tocsin/vector/events.hpp>

namespace tocsin::data {

/// A place read from a text, in degrees WGS 84.
struct WrittenPlace {
  double longitude = 0, latitude = 0;
  PlacePrecision precision;  ///< a disc about the square of a coarse MGRS reference, else a point
};

enum class Axis { latitude, longitude };

/// A coordinate in degrees: decimal with point or comma ("5.6572", "27,5884", "5.6572 N", "W 70.5"), or degrees,
/// minutes and seconds with or without a hemisphere ("5°39'26.2\"N", "27 35 18 E", "5d39m"). Not checked for its range.
/// Empty when it cannot be read, when its hemisphere belongs to the other axis or stands beside a sign, or when a last
/// s may be the south or the mark of the seconds. The letter O is refused: it stands for west in French and Spanish,
/// and for east in German.
std::optional<double> read_coordinate(std::string_view text, Axis axis);

/// An MGRS reference such as "35NNG 12345 67890" stands for a square; the place is its centre, and from squares of 1 km
/// on it is a disc. A grid zone alone is refused.
std::optional<WrittenPlace> read_mgrs(std::string_view text);

/// UTM: zone with hemisphere or latitude band ("35N", "35 P"), easting and northing in metres with or without "m",
/// "mE". Eastings are those of a zone, 100 to 900 km; a lone mark before three digits groups thousands.
std::optional<WrittenPlace> read_utm(std::string_view zone, std::string_view easting, std::string_view northing);

/// One text that holds a whole place: "5.6572, 27.5884" (latitude first), "5,6572; 27,5884", "5°39'26\"N 27°35'18\"E",
/// "35N 612345 625432", "35NNG1234567890". Empty when it cannot be read for sure.
std::optional<WrittenPlace> read_place(std::string_view text);

}  // namespace tocsin::data
