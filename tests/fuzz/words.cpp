// Short texts with a grammar of their own: lengths, durations, amounts, precisions, periods, neighbours, statistics.
#include <cmath>

#include <tocsin/core/calendar.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/data/formats/incidents.hpp>
#include <tocsin/index/aggregate.hpp>
#include <tocsin/neighbours/neighbour_rule.hpp>
#include <tocsin/zonal/zonal_request.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view text = fuzz::text_of(data, size);
  fuzz::may_refuse([&] { fuzz::require(std::isfinite(parse_length(text).metres), "a length is finite"); });
  fuzz::may_refuse([&] { (void)parse_duration(text); });
  fuzz::may_refuse([&] { fuzz::require(parse_bytes(text) > 0, "an amount is above 0"); });
  fuzz::may_refuse([&] { (void)parse_neighbour_rule(text); });
  fuzz::may_refuse([&] { (void)parse_aggregate_rule(text); });
  fuzz::may_refuse([&] { (void)parse_zonal_request(text); });
  if (const auto precision = data::parse_precision(text))
    fuzz::require(precision->kind != PlaceKind::disc || (precision->radius_m > 0 && std::isfinite(precision->radius_m)),
                  "a disc has a size");
  (void)parse_day(text);
  if (const auto period = parse_period(text))
    fuzz::require(period->first <= period->last, "a period ends after it begins");
  return 0;
}
