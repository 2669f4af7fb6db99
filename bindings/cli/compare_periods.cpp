#include "compare_periods.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>

namespace tocsin::cli {
namespace {

namespace chrono = std::chrono;
constexpr chrono::days one{1};
constexpr std::array kinds{Every::year, Every::quarter, Every::month, Every::dekad, Every::week};
constexpr std::array words{"year", "quarter", "month", "dekad", "week"};

/// A period by its label, or one day.
std::optional<Period> period_or_day(const std::string& text) {
  if (const auto day = parse_day(text); day && text.size() == 10) return Period{*day, *day, to_string(*day)};
  return parse_period(text);
}

Period stretch_of(const char* option, const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) {
    if (auto period = parse_period(text)) return *period;
  } else {
    const auto from = period_or_day(text.substr(0, dots)), to = period_or_day(text.substr(dots + 2));
    if (from && to && from->first <= to->last) return {from->first, to->last, text};
  }
  throw Error(ErrorCode::usage,
              fmt::format("{} {}: no period; write 2021-Q3, 2021-08, 2021-W31, 2021, or from one to another, "
                          "2020-12..2021-02",
                          option, text));
}

/// The kind of a single whole period.
std::optional<Every> kind_of(const Period& period) {
  for (const Every kind : kinds)
    if (period_of(period.first, kind) == period) return kind;
  return {};
}

bool tiles(const Period& period, Every part) {
  return period_of(period.first, part).first == period.first && period_of(period.last, part).last == period.last;
}

/// The same stretch some months earlier; it begins and ends with months.
Period months_before(const Period& period, int months) {
  const auto shifted = [&](Day day) {
    const chrono::year_month_day date{day};
    return date.year() / date.month() - chrono::months{months};
  };
  const auto first = shifted(period.first), last = shifted(period.last);
  const Day from = Day{first / 1}, to = Day{last / chrono::last};
  return {from, to, fmt::format("{}..{}", period_of(from, Every::month).label, period_of(to, Every::month).label)};
}

int months_in(const Period& period) {
  const chrono::year_month_day from{period.first}, to{period.last};
  return static_cast<int>((to.year() / to.month() - from.year() / from.month()).count()) + 1;
}

Period before(const Period& period, const std::optional<Every>& kind) {
  if (kind) return period_of(period.first - one, *kind);
  if (tiles(period, Every::month)) return months_before(period, months_in(period));
  const Day last = period.first - one, first = last - chrono::days{period.days() - 1};
  return {first, last, fmt::format("{}..{}", to_string(first), to_string(last))};
}

Period year_before(const Period& period, const std::optional<Every>& kind) {
  if (tiles(period, Every::month)) {
    const Period shifted = months_before(period, 12);
    return kind ? period_of(shifted.first, *kind) : shifted;
  }
  if (!kind)
    throw Error(ErrorCode::usage, fmt::format("--against year-before: {} is not made of whole months, so that no year "
                                              "before is like it; give --against FROM..TO",
                                              period.label));
  const int year = std::stoi(period.label.substr(0, 4));
  const std::string label = fmt::format("{:04}{}", year - 1, period.label.substr(4));
  if (const auto same = parse_period(label)) return *same;
  throw Error(ErrorCode::usage, fmt::format("--against year-before: there is no {}; give the period yourself", label));
}

/// The longest periods, up to a part of either, that tile both.
Every part_of(const Period& earlier, const Period& later) {
  const int days = std::min(earlier.days(), later.days());
  for (const Every part : {Every::month, Every::dekad, Every::week})
    if (tiles(earlier, part) && tiles(later, part) && (part != Every::month || days > 31)) return part;
  throw Error(
      ErrorCode::usage,
      fmt::format("{} and {} do not fit: both must be whole months, dekads or weeks, so that days that could not "
                  "be observed can be left out of both alike",
                  later.label, earlier.label));
}

}  // namespace

ComparedPeriods compared_periods(const std::string& period, const std::string& against, const std::string& every) {
  ComparedPeriods result;
  result.later = stretch_of("--period", period);
  const std::optional<Every> kind = kind_of(result.later);
  if (!every.empty() && (!kind || kind != parse_every(every))) {
    const auto found = std::find(kinds.begin(), kinds.end(), kind.value_or(Every::year));
    throw Error(ErrorCode::usage,
                fmt::format("--period {} is {}, not a {}; leave out --every, or give a period of that length", period,
                            kind ? fmt::format("a {}", words[static_cast<std::size_t>(found - kinds.begin())])
                                 : std::string("no single period"),
                            every));
  }
  if (against == "previous")
    result.earlier = before(result.later, kind);
  else if (against == "year-before")
    result.earlier = year_before(result.later, kind);
  else
    result.earlier = stretch_of("--against", against);
  if (result.earlier.last >= result.later.first)
    throw Error(ErrorCode::usage, fmt::format("--against {} does not end before --period {} begins: what lies in both "
                                              "would be compared with itself",
                                              result.earlier.label, result.later.label));
  result.part = part_of(result.earlier, result.later);
  result.group = result.part == Every::month ? Every::quarter : Every::month;
  return result;
}

}  // namespace tocsin::cli
