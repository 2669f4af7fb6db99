#include <array>
#include <cmath>
#include <regex>
#include <string>
#include <vector>

#include <GeographicLib/MGRS.hpp>
#include <GeographicLib/UTMUPS.hpp>

#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/values/number_column.hpp>
#include <tocsin/data/values/written_place.hpp>

namespace tocsin::data {
namespace {

/// No text of a place is longer; what is, is no place.
constexpr std::size_t longest_text = 100;

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}
bool is_letter(char letter) {
  return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
}

/// Decimal commas as points: a coordinate has no thousands.
std::string with_points(std::string_view text) {
  std::string plain(text);
  for (std::size_t i = 1; i + 1 < plain.size(); ++i)
    if (plain[i] == ',' && is_digit(plain[i - 1]) && is_digit(plain[i + 1])) plain[i] = '.';
  return plain;
}

/// "5 39 26 N" as GeographicLib writes it, "5:39:26N"; white space around symbols is left out.
std::string in_one_piece(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != ' ' && text[at] != '\t') {
      result += text[at];
      continue;
    }
    std::size_t next = at;
    while (next < text.size() && (text[next] == ' ' || text[next] == '\t')) ++next;
    const bool between_numbers =
        next < text.size() && is_digit(text[next]) && !result.empty() && is_digit(result.back());
    if (between_numbers) result += ':';
    at = next - 1;
  }
  return result;
}

/// Degrees, minutes and seconds as they stand in a text.
struct Degrees {
  std::string front, sign, degrees, minutes, minute_mark, seconds, second_mark, back;
};

std::optional<Degrees> split_degrees(const std::string& text) {
  static const std::regex shape(
      "([NSEWnsew])?([-+])?([0-9]{1,3}(?:\\.[0-9]{1,15})?)"
      "(?:(?:d|D|:|\xC2\xB0|\xC2\xBA)(?:([0-9]{1,2}(?:\\.[0-9]{1,15})?)"
      "(?:(m|M|:|'|\xE2\x80\xB2|\xE2\x80\x99)(?:([0-9]{1,2}(?:\\.[0-9]{1,15})?)"
      "(s|S|\"|''|\xE2\x80\xB3|\xE2\x80\x9D)?)?)?)?)?"
      "([NSEWnsew])?");
  std::smatch found;
  if (!std::regex_match(text, found, shape)) return {};
  return Degrees{found[1], found[2], found[3], found[4], found[5], found[6], found[7], found[8]};
}

/// An S behind the seconds is their mark in "5d39m26s" and the south in "5:39:26S"; in "5\xC2\xB0""39'26s" it may be
/// either.
/// @return false when it cannot be told
bool tell_south(Degrees& text, Axis axis) {
  const bool is_s = text.second_mark == "s" || text.second_mark == "S";
  if (!is_s || !text.back.empty() || !text.front.empty() || axis == Axis::longitude) return true;
  if (text.minute_mark == "m" || text.minute_mark == "M") return true;
  if (text.second_mark == "s" && text.minute_mark != ":") return false;
  text.back = text.second_mark;
  return true;
}

/// One of the parts; empty when it is 60 or more, or has a fraction though a smaller part follows.
std::optional<double> part(const std::string& digits, bool is_last, double below) {
  if (digits.empty()) return 0;
  if (!is_last && digits.find('.') != std::string::npos) return {};
  const auto value = parse_number(digits);
  return value && *value < below ? value : std::nullopt;
}

std::optional<double> as_degrees(const std::string& text, Axis axis) {
  auto split = split_degrees(text);
  if (!split || !tell_south(*split, axis)) return {};
  const std::string hemisphere = lower(split->front + split->back);
  // Of "-2.5 S" nobody knows whether both say the same, or one undoes the other.
  if (hemisphere.size() > 1 || (!hemisphere.empty() && !split->sign.empty())) return {};
  const bool is_latitude = hemisphere == "n" || hemisphere == "s";
  if (!hemisphere.empty() && is_latitude != (axis == Axis::latitude)) return {};
  const auto degrees = part(split->degrees, split->minutes.empty(), 1000);
  const auto minutes = part(split->minutes, split->seconds.empty(), 60), seconds = part(split->seconds, true, 60);
  if (!degrees || !minutes || !seconds) return {};
  const double value = (*seconds + 60 * (*minutes + 60 * *degrees)) / 3600;
  return split->sign == "-" || hemisphere == "s" || hemisphere == "w" ? -value : value;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t", begin), text.size());
    words.push_back(text.substr(begin, at - begin));
  }
  return words;
}

/// Where the longitude begins in a text that holds a pair, and how many letters stand between; empty when not plain.
std::optional<std::pair<std::string_view, std::string_view>> halves_of(std::string_view text) {
  const auto cut = [&](std::size_t at, std::size_t size) {
    return std::pair(trim(text.substr(0, at)), trim(text.substr(at + size)));
  };
  for (const std::string_view mark : {std::string_view(";"), std::string_view(", "), std::string_view("/")})
    if (const auto at = text.find(mark);
        at != std::string_view::npos && text.find(mark, at + 1) == std::string_view::npos)
      return cut(at, mark.size());
  // "5.6572,27.5884": with points in it a lone comma is no decimal mark.
  if (const auto at = text.find(','); at != std::string_view::npos &&
                                      text.find(',', at + 1) == std::string_view::npos &&
                                      text.find('.') != std::string_view::npos)
    return cut(at, 1);
  // "5 39 26 N 27 35 18 E": the first hemisphere ends the latitude.
  if (const auto at = text.find_first_of("NSns"); at != std::string_view::npos && at > 0 && at + 1 < text.size())
    return std::pair(trim(text.substr(0, at + 1)), trim(text.substr(at + 1)));
  const auto words = words_of(text);
  if (words.size() == 2) return std::pair(words[0], words[1]);
  return {};
}

bool is_zone(std::string_view word) {
  return (word.size() == 2 || word.size() == 3) && is_digit(word[0]) && is_letter(word.back()) &&
         (word.size() == 2 || is_digit(word[1]));
}

/// Metres: "612345.6", "612,345", "612 345 mE". Nobody writes fewer than thousands of them.
std::optional<double> metres(std::string_view text) {
  text = trim(text);
  for (const std::string_view unit : {"mE", "mN", "m E", "m N", "m"})
    if (text.ends_with(unit)) {
      text.remove_suffix(unit.size());
      break;
    }
  NumberColumn number({}, {}, true, DecimalMark::automatic);
  number.observe(trim(text), 0);
  number.decide();
  return number.read(trim(text));
}

/// "35N 612345 625432", "35 N 612345 625432" and the zone at the end.
std::optional<WrittenPlace> utm_of_words(std::string_view text) {
  auto words = words_of(text);
  std::string zone;
  if (words.size() == 4 && is_digit(words[0][0]) && words[1].size() == 1) {
    zone = std::string(words[0]) + std::string(words[1]);
    words.erase(words.begin(), words.begin() + 2);
  } else if (words.size() == 3 && is_zone(words[0])) {
    zone = words[0];
    words.erase(words.begin());
  } else if (words.size() == 3 && is_zone(words[2])) {
    zone = words[2];
    words.pop_back();
  } else {
    return {};
  }
  return read_utm(zone, words[0], words[1]);
}

}  // namespace

std::optional<double> read_coordinate(std::string_view text, Axis axis) {
  text = trim(text);
  if (text.empty() || text.size() > longest_text) return {};
  if (const auto plain = parse_number(text)) return plain;
  const std::string points = with_points(text);
  if (const auto plain = parse_number(points)) return plain;
  if (points.find_first_of("Oo") != std::string::npos) return {};
  return as_degrees(in_one_piece(points), axis);
}

std::optional<WrittenPlace> read_mgrs(std::string_view text) {
  if (text.size() > longest_text) return {};
  std::string compact;
  for (const char letter : text)
    if (letter != ' ' && letter != '\t') compact += letter;
  try {
    int zone = 0, digits = 0;
    bool is_north = true;
    double easting = 0, northing = 0;
    GeographicLib::MGRS::Reverse(compact, zone, is_north, easting, northing, digits);
    if (digits < 0) return {};  // a grid zone alone is larger than most countries
    WrittenPlace place;
    GeographicLib::UTMUPS::Reverse(zone, is_north, easting, northing, place.latitude, place.longitude);
    if (!std::isfinite(place.latitude) || !std::isfinite(place.longitude)) return {};
    const double edge_m = std::pow(10.0, 5 - digits);
    if (edge_m >= 1000) place.precision = {PlaceKind::disc, 0, static_cast<float>(edge_m * std::sqrt(0.5))};
    return place;
  } catch (const GeographicLib::GeographicErr&) {
    return {};
  }
}

std::optional<WrittenPlace> read_utm(std::string_view zone, std::string_view easting, std::string_view northing) {
  std::string compact;
  for (const char letter : zone)
    if (letter != ' ') compact += letter;
  if (!is_zone(compact)) return {};
  const auto number = parse_number(std::string_view(compact).substr(0, compact.size() - 1));
  const auto east = metres(easting), north = metres(northing);
  if (!number || !east || !north || *number < 1 || *number > 60) return {};
  // A letter may be a hemisphere or a latitude band; they agree but for S, which is a band of the north as well.
  const char letter = static_cast<char>(compact.back() & ~0x20);
  constexpr double band_s_from = 3.5e6, band_s_to = 4.5e6;
  if (letter < 'C' || letter > 'X' || letter == 'I' || letter == 'O') return {};
  if (letter == 'S' && *north > band_s_from && *north < band_s_to) return {};
  const bool is_north = letter >= 'N' && letter != 'S';
  // A zone is not wider; what lies beyond is in other units, or no easting.
  constexpr double least_easting = 100e3, most_easting = 900e3;
  if (!(*east >= least_easting && *east <= most_easting)) return {};
  try {
    WrittenPlace place;
    GeographicLib::UTMUPS::Reverse(static_cast<int>(*number), is_north, *east, *north, place.latitude, place.longitude);
    if (!std::isfinite(place.latitude) || !std::isfinite(place.longitude)) return {};
    return place;
  } catch (const GeographicLib::GeographicErr&) {
    return {};
  }
}

std::optional<WrittenPlace> read_place(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.size() > longest_text) return {};
  if (const auto place = utm_of_words(text)) return place;
  if (const auto place = read_mgrs(text)) return place;
  const auto halves = halves_of(text);
  if (!halves) return {};
  const auto latitude = read_coordinate(halves->first, Axis::latitude);
  const auto longitude = read_coordinate(halves->second, Axis::longitude);
  if (!latitude || !longitude) return {};
  return WrittenPlace{*longitude, *latitude, {}};
}

}  // namespace tocsin::data
