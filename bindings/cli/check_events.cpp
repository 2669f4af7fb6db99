#include "check_events.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <tocsin/data/crs.hpp>

namespace tocsin::cli {
namespace {

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string numbers(const std::string& label, std::int64_t rows, std::int64_t whole) {
  return fmt::format("{:<35} {:>8} {:>6.1f} %", label, rows, 100 * share(rows, whole));
}

std::string words(const std::string& label, const std::string& text) {
  return fmt::format("{:<35} {}", label, text);
}

/// What the reasons of an account mean.
std::string reason_in_words(const std::string& reason) {
  static const std::map<std::string, std::string> known{
      {"area", "beyond the area"},
      {"time", "too early or too late"},
      {"where", "left out by `where`"},
      {"not yet reported", "not yet reported"},
      {"country only", "known to the country only"},
      {"not exact", "not an exact place ([placement])"},
      {"no coordinates", "a point without coordinates"},
      {"no units of its level", "no units of its level given"},
      {"unit not found", "its unit was not found"},
  };
  const auto found = known.find(reason);
  return found == known.end() ? reason : found->second;
}

void add_rows(const CheckedEvents& checked, std::vector<std::string>& lines) {
  const EventSummary& summary = checked.summary;
  const std::int64_t all = summary.rows_read;
  lines.push_back(fmt::format("  {:<33} {:>8}", "rows", all));
  std::map<std::string, std::int64_t> outside;
  if (summary.outside_where > 0) outside["where"] = summary.outside_where;
  if (checked.account) outside = checked.account->outside;
  lines.push_back(checked.account ? numbers("  used", checked.account->used, all)
                                  : numbers("  understood", summary.usable, all));
  std::int64_t total = 0;
  for (const auto& [reason, rows] : outside) total += rows;
  if (checked.account || total > 0) lines.push_back(numbers("  outside", total, all));
  for (const auto& [reason, rows] : outside)
    if (rows > 0) lines.push_back(numbers("    " + reason_in_words(reason), rows, all));
  lines.push_back(numbers("  quarantined", summary.quarantined, all));
  for (const auto& [reason, rows] : summary.quarantined_by_reason) lines.push_back(numbers("    " + reason, rows, all));
}

void add_precision(const EventSummary& summary, std::vector<std::string>& lines) {
  lines.push_back(fmt::format("  {:<33} {:>8}", "places of those understood", summary.usable));
  const PrecisionCounts& known = summary.precision;
  const std::array<std::pair<const char*, std::int64_t>, 6> counts{{{"    exact", known.point},
                                                                    {"    within a distance", known.disc},
                                                                    {"    a unit of level 3", known.admin[3]},
                                                                    {"    a unit of level 2", known.admin[2]},
                                                                    {"    a unit of level 1", known.admin[1]},
                                                                    {"    the country only", known.unplaced}}};
  for (const auto& [label, events] : counts)
    if (events > 0) lines.push_back(numbers(label, events, summary.usable));
  if (summary.with_coordinates == 0) return;
  lines.push_back(numbers("  on one point at most", summary.on_largest_point, summary.with_coordinates) +
                  fmt::format("  of {} with coordinates, {} called exact", summary.with_coordinates,
                              summary.exact_on_largest_point));
}

}  // namespace

std::vector<std::string> event_lines(const CheckedEvents& checked) {
  const EventSummary& summary = checked.summary;
  std::vector<std::string> lines{fmt::format("{:<22} {}", checked.source, "events")};
  add_rows(checked, lines);
  if (summary.first)
    lines.push_back(
        words("  first to last date", fmt::format("{} to {}", to_string(*summary.first), to_string(*summary.last))));
  if (summary.delay)
    lines.push_back(words("  from event to report",
                          fmt::format("half within {} days, 90 % within {} days, of {} that say both",
                                      summary.delay->median_days, summary.delay->most_days, summary.delay->events)));
  else if (summary.usable > 0)
    lines.push_back(words("  from event to report", "not known: no reported dates"));
  add_precision(summary, lines);
  if (summary.box) lines.push_back(words("  within", box_text(rough_box(*summary.box, checked.crs_wkt))));
  return lines;
}

nlohmann::ordered_json event_json(const CheckedEvents& checked) {
  const EventSummary& summary = checked.summary;
  const PrecisionCounts& known = summary.precision;
  nlohmann::ordered_json json{{"kind", "events"},
                              {"read", summary.rows_read},
                              {"usable", summary.usable},
                              {"outside_where", summary.outside_where},
                              {"quarantined", summary.quarantined}};
  for (const auto& [reason, rows] : summary.quarantined_by_reason) json["quarantined_by_reason"][reason] = rows;
  if (checked.account) {
    json["used"] = checked.account->used;
    json["outside"] = nlohmann::ordered_json::object();
    for (const auto& [reason, rows] : checked.account->outside) json["outside"][reason] = rows;
  }
  if (summary.first) {
    json["first"] = to_string(*summary.first);
    json["last"] = to_string(*summary.last);
  }
  if (summary.delay)
    json["delay"] = {{"events", summary.delay->events},
                     {"median_days", summary.delay->median_days},
                     {"p90_days", summary.delay->most_days}};
  json["precision"] = {{"point", known.point},     {"disc", known.disc},       {"admin3", known.admin[3]},
                       {"admin2", known.admin[2]}, {"admin1", known.admin[1]}, {"unplaced", known.unplaced}};
  json["largest_point"] = {{"events", summary.on_largest_point},
                           {"exact", summary.exact_on_largest_point},
                           {"of", summary.with_coordinates},
                           {"share", share(summary.on_largest_point, summary.with_coordinates)}};
  if (summary.box) {
    const RoughBox box = rough_box(*summary.box, checked.crs_wkt);
    json["box_degrees"] = {{"west", box.west}, {"south", box.south}, {"east", box.east}, {"north", box.north}};
  }
  return json;
}

RoughBox rough_box(const Box& box, const std::string& crs_wkt) {
  std::array<double, 4> x{box.min_x, box.min_x, box.max_x, box.max_x};
  std::array<double, 4> y{box.min_y, box.max_y, box.min_y, box.max_y};
  data::Transformer(crs_wkt, "EPSG:4326").transform(x, y);
  const auto down = [](double value) { return std::floor(value * 10) / 10; };
  const auto up = [](double value) { return std::ceil(value * 10) / 10; };
  return {down(*std::min_element(x.begin(), x.end())), down(*std::min_element(y.begin(), y.end())),
          up(*std::max_element(x.begin(), x.end())), up(*std::max_element(y.begin(), y.end()))};
}

std::string box_text(const RoughBox& box) {
  return fmt::format("{:.1f} to {:.1f} E, {:.1f} to {:.1f} N", box.west, box.east, box.south, box.north);
}

}  // namespace tocsin::cli
