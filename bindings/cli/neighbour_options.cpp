#include "neighbour_options.hpp"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/weights_file.hpp>
#include <tocsin/neighbours/build_neighbours.hpp>

namespace tocsin::cli {

NeighbourRule neighbour_rule_of(const std::string& text) {
  try {
    return parse_neighbour_rule(text);
  } catch (const Error& error) {
    throw Error(ErrorCode::usage, fmt::format("--neighbours: {}", error.what()));
  }
}

Neighbours neighbours_of(const NeighbourRule& rule, const Areas& areas, double tolerance_m) {
  if (rule.kind == NeighbourRule::Kind::gal) return data::read_gal(rule.path, areas.codes);
  if (rule.kind == NeighbourRule::Kind::gwt) return data::read_gwt(rule.path, areas.codes);
  return build_neighbours(areas, rule, tolerance_m);
}

std::vector<std::string> island_warnings(const Neighbours& neighbours, std::span<const std::string> names,
                                         std::span<const double> values) {
  std::vector<std::uint32_t> alone = islands(neighbours);
  std::erase_if(alone, [&](std::uint32_t place) { return !values.empty() && std::isnan(values[place]); });
  if (alone.empty()) return {};
  std::vector<std::string> first;
  for (const std::uint32_t place : alone)
    if (first.size() < 5 && !names.empty()) first.push_back(names[place]);
  return {fmt::format("{} of {} places have no neighbour{}{}{}", alone.size(), neighbours.size(),
                      first.empty() ? "" : ": ", fmt::join(first, ", "),
                      first.size() < alone.size() && !first.empty() ? ", ..." : "")};
}

}  // namespace tocsin::cli
