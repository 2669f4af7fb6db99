#include <algorithm>
#include <array>

#include <tocsin/data/values/month_names.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin::data {
namespace {

struct MonthName {
  std::string_view full;
  std::size_t least;  ///< so many letters are enough
  unsigned month;
};

/// Folded as fold_name does. What is left out as too short fits two months ("ma", "jui").
constexpr std::array names{
    MonthName{"january", 3, 1},    MonthName{"february", 3, 2},  MonthName{"march", 3, 3},
    MonthName{"april", 3, 4},      MonthName{"may", 3, 5},       MonthName{"june", 3, 6},
    MonthName{"july", 3, 7},       MonthName{"august", 3, 8},    MonthName{"september", 3, 9},
    MonthName{"october", 3, 10},   MonthName{"november", 3, 11}, MonthName{"december", 3, 12},
    MonthName{"janvier", 4, 1},    MonthName{"fevrier", 3, 2},   MonthName{"mars", 4, 3},
    MonthName{"avril", 3, 4},      MonthName{"mai", 3, 5},       MonthName{"juin", 4, 6},
    MonthName{"juillet", 4, 7},    MonthName{"aout", 3, 8},      MonthName{"septembre", 4, 9},
    MonthName{"octobre", 4, 10},   MonthName{"novembre", 4, 11}, MonthName{"decembre", 4, 12},
    MonthName{"enero", 3, 1},      MonthName{"febrero", 4, 2},   MonthName{"marzo", 4, 3},
    MonthName{"abril", 3, 4},      MonthName{"mayo", 4, 5},      MonthName{"junio", 4, 6},
    MonthName{"julio", 4, 7},      MonthName{"agosto", 3, 8},    MonthName{"septiembre", 5, 9},
    MonthName{"setiembre", 3, 9},  MonthName{"octubre", 4, 10},  MonthName{"noviembre", 4, 11},
    MonthName{"diciembre", 3, 12},
};

constexpr std::array fillers{
    "monday", "tuesday",  "wednesday", "thursday", "friday",  "saturday", "sunday",  "mon",   "tue",   "tues",
    "wed",    "thu",      "thur",      "thurs",    "fri",     "sat",      "sun",     "lundi", "mardi", "mercredi",
    "jeudi",  "vendredi", "samedi",    "dimanche", "lun",     "mer",      "jeu",     "ven",   "sam",   "dim",
    "lunes",  "martes",   "miercoles", "jueves",   "viernes", "sabado",   "domingo", "st",    "nd",    "rd",
    "th",     "er",       "of",        "de",       "del",     "the",      "le",      "el",    "am",    "pm",
    "z",      "utc",      "gmt",       "h",        "t"};

}  // namespace

std::optional<unsigned> month_of(std::string_view word) {
  const std::string folded = fold_name(word);
  for (const MonthName& name : names)
    if (folded.size() >= name.least && folded.size() <= name.full.size() && name.full.starts_with(folded))
      return name.month;
  return {};
}

bool is_filler(std::string_view word) {
  const std::string folded = fold_name(word);
  return std::any_of(fillers.begin(), fillers.end(), [&](std::string_view filler) { return folded == filler; });
}

}  // namespace tocsin::data
