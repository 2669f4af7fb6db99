#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <tocsin/ports/event_summary.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin::cli {

/// What one source of events holds and, once everything was read, what became of its rows.
struct CheckedEvents {
  std::string source;
  EventSummary summary;
  std::string crs_wkt;                ///< of the summary's box
  std::optional<RowAccount> account;  ///< empty: nobody asked the areas and the days yet
};

/// The table of a source, aligned, at most 100 columns wide.
std::vector<std::string> event_lines(const CheckedEvents& checked);
/// The same for programs. No coordinate is in it but a box to a tenth of a degree.
nlohmann::ordered_json event_json(const CheckedEvents& checked);

/// A box in degrees, to a tenth and outwards: enough to see that a source lies where it should, and no more.
struct RoughBox {
  double west = 0, south = 0, east = 0, north = 0;
};
RoughBox rough_box(const Box& box, const std::string& crs_wkt);
/// "27.5 to 30.1 E, 4.1 to 6.6 N"
std::string box_text(const RoughBox& box);

}  // namespace tocsin::cli
