#include <cmath>

#include <fmt/format.h>

#include <tocsin/data/hotspot_table.hpp>

namespace tocsin::data {
namespace {

/// Through the text: what is written is what is meant, and the same on every machine.
TableCell rounded(const char* format, double value) {
  if (!std::isfinite(value)) return {};
  return std::stod(fmt::format(fmt::runtime(format), value));
}

TableCell without_empty(const std::string& text) {
  return text.empty() ? TableCell{} : TableCell{text};
}

}  // namespace

std::vector<AreaColumn> hotspot_columns() {
  using enum ColumnType;
  return {{"period", text},       {"id", text},       {"name", text},   {"place", text},   {"place_km", number},
          {"kind", text},         {"fate", text},     {"since", text},  {"places", whole}, {"area_km2", number},
          {"population", number}, {"events", number}, {"peak", number}, {"z", number},     {"p", number},
          {"q", number},          {"stood", number}};
}

std::vector<TableCell> hotspot_row(const std::string& period, const Hotspot& hotspot) {
  return {period,
          hotspot.id,
          hotspot.name,
          without_empty(hotspot.place),
          rounded("{:.1f}", hotspot.place_km),
          hotspot.kind,
          hotspot.fate,
          hotspot.since,
          static_cast<int>(hotspot.places),
          rounded("{:.3f}", hotspot.area_km2),
          rounded("{:.0f}", hotspot.population),
          rounded("{:.6g}", hotspot.events),
          rounded("{:.6g}", hotspot.peak),
          rounded("{:.6g}", hotspot.z),
          rounded("{:.6g}", hotspot.p),
          rounded("{:.6g}", hotspot.q),
          rounded("{:.6g}", hotspot.stood)};
}

}  // namespace tocsin::data
