#include "unsure_events.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/event_source.hpp>

namespace tocsin::cli {
namespace {

struct Reading {
  const char *dates, *decimal;
};
/// From the likeliest to the least likely; the first is tried by itself.
constexpr std::array readings{Reading{"day-first", "auto"}, Reading{"month-first", "auto"}, Reading{"auto", "."},
                              Reading{"auto", ","},         Reading{"day-first", "."},      Reading{"month-first", "."},
                              Reading{"day-first", ","},    Reading{"month-first", ","}};

std::optional<UnsureEvents> attempt(SourceSpec spec, const Reading& reading, const EventRequest& request) {
  spec.dates = reading.dates;
  spec.decimal = reading.decimal;
  try {
    EventBatch batch = data::open_events(spec)->read(request);
    return UnsureEvents{std::move(spec), std::move(batch), {}};
  } catch (const Error& error) {
    if (error.code() != ErrorCode::input) throw;
  }
  return {};
}

void tell(UnsureEvents& events, bool other_order_as_good) {
  const std::string& dates = events.spec.dates;
  if (dates != "auto")
    events.assumed.push_back(
        other_order_as_good
            ? fmt::format("dates such as 03/04/2021 can be read both ways and nothing in the file tells which: {} was "
                          "assumed; ask whoever wrote it",
                          dates)
            : fmt::format("dates were read {}, which leaves the fewest records unused", dates));
  if (events.spec.decimal != "auto")
    events.assumed.push_back(
        fmt::format("numbers such as 50,170 can be read both ways: \"{}\" was taken for the decimal mark; ask whoever "
                    "wrote them",
                    events.spec.decimal));
}

}  // namespace

UnsureEvents read_unsure_events(const SourceSpec& spec, const EventRequest& request) {
  try {
    return {spec, data::open_events(spec)->read(request), {}};
  } catch (const Error& error) {
    if (error.code() != ErrorCode::input || spec.dates != "auto" || spec.decimal != "auto") throw;
    std::optional<UnsureEvents> best;
    bool other_order_as_good = false;
    for (const Reading& reading : readings) {
      // Two things assumed only where one does not help.
      if (best && reading.dates != std::string("auto") && reading.decimal != std::string("auto")) break;
      auto found = attempt(spec, reading, request);
      if (!found) continue;
      const auto unused = [](const UnsureEvents& events) { return events.batch.quarantined.size(); };
      if (best && unused(*best) == unused(*found) && best->spec.dates != found->spec.dates) other_order_as_good = true;
      if (best && unused(*best) <= unused(*found)) continue;
      other_order_as_good = false;
      best = std::move(found);
    }
    if (!best) throw;
    tell(*best, other_order_as_good);
    return std::move(*best);
  }
}

}  // namespace tocsin::cli
