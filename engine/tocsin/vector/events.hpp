#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <tocsin/core/calendar.hpp>

namespace tocsin {

/// How precisely a place was reported.
enum class PlaceKind : std::uint8_t {
  point,    ///< the coordinates are the place
  disc,     ///< somewhere within `radius_m` of the coordinates
  admin,    ///< somewhere in an administrative unit of `admin_level`; coordinates, if any, are a stand-in
  unplaced  ///< only the country is known, or not even that
};

struct PlacePrecision {
  PlaceKind kind = PlaceKind::point;
  std::uint8_t admin_level = 0;  ///< 1, 2, 3 for PlaceKind::admin
  float radius_m = 0;            ///< for PlaceKind::disc
  friend bool operator==(const PlacePrecision&, const PlacePrecision&) = default;
};

/// A text column, stored once a distinct value. Code -1 is "not given".
struct Categorical {
  std::vector<std::string> levels;
  std::vector<std::int32_t> codes;

  /// The value of entry i; empty when not given.
  [[nodiscard]] std::string text(std::size_t i) const {
    return codes[i] < 0 ? std::string() : levels[static_cast<std::size_t>(codes[i])];
  }
};

/// Events as columns, one entry an event, in the order of the source. Coordinates are metres in the CRS asked for.
struct Events {
  std::vector<std::int64_t> row;  ///< row in the source as a person counts it (the header is row 1)
  std::vector<double> x, y;       ///< NaN when the record has no coordinates
  std::vector<Day> first_day;     ///< the event happened between these two days, both included
  std::vector<Day> last_day;
  std::vector<Day> reported;    ///< day on which the record became known; last_day where the source has none
  std::vector<double> weight;   ///< how much the record counts, usually 1
  std::vector<double> persons;  ///< survivors or other persons; NaN = not given
  std::vector<PlacePrecision> precision;
  std::vector<std::uint8_t> has_reported;  ///< 0 where `reported` is only a stand-in
  Categorical category;
  Categorical actor;
  Categorical area_code;                               ///< p-code of the smallest unit that the record names
  Categorical admin1, admin2, admin3;                  ///< names of units as the record gives them
  std::map<std::string, std::vector<double>> numbers;  ///< further numeric fields that were asked for
  std::map<std::string, Categorical> texts;            ///< further text fields that were asked for

  [[nodiscard]] std::size_t size() const { return row.size(); }

  /// Appends an event on an exact point and day, reported on that day, of weight 1; all columns are kept aligned, the
  /// texts "not given". For events made in memory.
  void add(double at_x, double at_y, Day day);

  /// Removes the events of which the mask is not 0; the others keep their order.
  void erase(std::span<const std::uint8_t> gone);
};

/// Fills a Categorical, one value after the other; an empty text is "not given".
class CategoricalBuilder {
 public:
  void add(std::string_view value);
  Categorical build() && { return std::move(column_); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  Categorical column_;
  std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> code_of_;
};

}  // namespace tocsin
