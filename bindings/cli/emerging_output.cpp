#include "emerging_output.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include <tocsin/data/area_table.hpp>
#include <tocsin/data/raster_writer.hpp>
#include <tocsin/grid/raster.hpp>

#include "named_place.hpp"

namespace tocsin::cli {
namespace {

data::TableCell number(double value) {
  if (std::isnan(value)) return {};
  return value;
}

double share(int part, int whole) {
  return whole == 0 ? not_observed : static_cast<double>(part) / whole;
}

double last_z(const EventCube& events, const EmergingHotspots& found, std::size_t place) {
  const int last = found.of_place[place].last_observed;
  return last < 0 ? not_observed : found.gi.z[static_cast<std::size_t>(last) * events.cube.places + place];
}

double sum_of(const SpaceTimeCube& cube, std::size_t place) {
  double sum = 0;
  bool any = false;
  for (std::size_t t = 0; t < cube.periods.size(); ++t) {
    const double value = cube.at(t, place);
    if (std::isnan(value)) continue;
    any = true;
    sum += value;
  }
  return any ? sum : not_observed;
}

data::AreaTable table_of(const EventCube& events, const EmergingHotspots& found) {
  using Type = data::ColumnType;
  data::AreaTable table;
  table.columns = {{"code", Type::text},           {"name", Type::text},        {"category", Type::text},
                   {"category_code", Type::whole}, {"rule", Type::text},        {"events", Type::number},
                   {"hot", Type::whole},           {"cold", Type::whole},       {"observed", Type::whole},
                   {"gaps", Type::whole},          {"hot_share", Type::number}, {"cold_share", Type::number},
                   {"last_observed", Type::text},  {"z_last", Type::number},    {"trend_z", Type::number},
                   {"trend_p", Type::number},      {"first_hot", Type::text},   {"last_hot", Type::text}};
  const auto label = [&](int period) -> data::TableCell {
    if (period < 0) return {};
    return events.cube.periods[static_cast<std::size_t>(period)].label;
  };
  for (std::size_t i = 0; i < events.cube.places; ++i) {
    const EmergingPlace& place = found.of_place[i];
    const EmergingCategory category = place.decision.category;
    data::TableCell code;
    if (category != EmergingCategory::unobserved) code = static_cast<int>(category);
    table.rows.push_back({events.code(i), events.grid ? events.code(i) : events.areas.names[i], to_string(category),
                          code, std::string(place.decision.rule), number(sum_of(events.cube, i)), place.hot, place.cold,
                          place.observed, place.gaps, number(share(place.hot, place.observed)),
                          number(share(place.cold, place.observed)), label(place.last_observed),
                          number(last_z(events, found, i)), number(place.trend.z), number(place.trend.p),
                          label(place.first_hot), label(place.last_hot)});
    table.area.push_back(i);
  }
  return table;
}

/// Cells as areas, for tables with shapes.
Areas cells_of(const EventCube& events) {
  const Grid& grid = *events.grid;
  Areas areas;
  for (std::size_t place = 0; place < events.cube.places; ++place) {
    const auto cell = static_cast<std::int64_t>(events.cell(place));
    const double x = grid.x_of_column(cell % grid.width), y = grid.y_of_row(cell / grid.width), half = grid.cell_m / 2;
    Polygon square;
    square.outer() = {
        {x - half, y - half}, {x - half, y + half}, {x + half, y + half}, {x + half, y - half}, {x - half, y - half}};
    areas.shapes.push_back({square});
    areas.codes.push_back(events.code(place));
  }
  areas.names = areas.codes;
  return areas;
}

void write_raster(const std::string& path, const EventCube& events, const EmergingHotspots& found) {
  struct Band {
    data::BandText text;
    double (*value)(const EmergingPlace&);
  };
  static const std::array bands{
      Band{{"category",
            "1 to 8 hot, -1 to -8 cold: new, consecutive, intensifying, persistent, diminishing, sporadic, "
            "oscillating, historical; 0 none",
            ""},
           [](const EmergingPlace& place) {
             const EmergingCategory category = place.decision.category;
             return category == EmergingCategory::unobserved ? not_observed : static_cast<double>(category);
           }},
      Band{{"hot", "hot periods", ""}, [](const EmergingPlace& place) { return static_cast<double>(place.hot); }},
      Band{{"cold", "cold periods", ""}, [](const EmergingPlace& place) { return static_cast<double>(place.cold); }},
      Band{{"observed", "periods with a Gi*", ""},
           [](const EmergingPlace& place) { return static_cast<double>(place.observed); }},
      Band{{"gaps", "periods not observed", ""},
           [](const EmergingPlace& place) { return static_cast<double>(place.gaps); }},
      Band{{"trend_z", "Mann-Kendall z of Gi* z", ""}, [](const EmergingPlace& place) { return place.trend.z; }},
      Band{{"trend_p", "its two-sided p", ""}, [](const EmergingPlace& place) { return place.trend.p; }}};
  const Grid& grid = *events.grid;
  std::vector<data::BandText> texts;
  std::vector<std::vector<float>> values;
  for (const Band& band : bands) {
    texts.push_back(band.text);
    values.emplace_back(grid.size(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < events.cube.places; ++i)
      values.back()[events.cell(i)] = static_cast<float>(band.value(found.of_place[i]));
  }
  texts.push_back({"z_last", "Gi* z of the last observed period", ""});
  values.emplace_back(grid.size(), std::numeric_limits<float>::quiet_NaN());
  for (std::size_t i = 0; i < events.cube.places; ++i)
    values.back()[events.cell(i)] = static_cast<float>(last_z(events, found, i));
  const std::string periods =
      fmt::format("{} to {}", events.cube.periods.front().label, events.cube.periods.back().label);
  data::RasterWriter writer(path, grid, texts, {"emerging hot spots", "", periods, ""});
  const std::vector<std::span<const float>> spans(values.begin(), values.end());
  writer.write_rows(0, spans);
  writer.finish();
}

const char* word_of(BinClass bin, double value) {
  switch (bin) {
    case BinClass::hot:
      return "hot";
    case BinClass::cold:
      return "cold";
    case BinClass::neither:
      return "-";
    case BinClass::gap:
      break;
  }
  return std::isnan(value) ? "not observed" : "no variance";
}

/// Observed bins of a neighbourhood, and the sum of their values by weight.
struct Neighbourhood {
  int bins = 0;
  double sum = 0;
};

Neighbourhood neighbourhood_of(const SpaceTimeCube& cube, const Neighbours& neighbours, std::size_t t,
                               std::size_t place, int time_steps) {
  Neighbourhood all;
  const auto add = [&](double value, double weight) {
    if (std::isnan(value)) return;
    ++all.bins;
    all.sum += weight * value;
  };
  const auto indices = neighbours.indices(place);
  const bool has_self = std::find(indices.begin(), indices.end(), place) != indices.end();
  for (std::size_t k = t - std::min(t, static_cast<std::size_t>(time_steps)); k <= t; ++k) {
    if (!has_self) add(cube.at(k, place), 1);
    for (std::size_t link = 0; link < indices.size(); ++link)
      add(cube.at(k, indices[link]), neighbours.weight(place, link));
  }
  return all;
}

}  // namespace

std::vector<std::string> emerging_endings(bool on_grid) {
  std::vector<std::string> endings = data::area_table_endings();
  if (on_grid) endings.emplace_back(".tif");
  return endings;
}

void write_emerging(const std::string& path, const EventCube& events, const EmergingHotspots& found) {
  const std::string ending = std::filesystem::path(path).extension().string();
  write_whole_file(path, [&](const std::string& partial) {
    if (ending == ".tif") return write_raster(partial, events, found);
    const Areas cells = events.grid && ending != ".csv" ? cells_of(events) : Areas{};
    data::write_area_table(partial, table_of(events, found), events.grid ? cells : events.areas, events.crs_wkt);
  });
}

std::string explain_place(const EventCube& events, const Neighbours& neighbours, const EmergingOptions& options,
                          const EmergingHotspots& found, std::size_t place) {
  const SpaceTimeCube& cube = events.cube;
  const std::string name =
      events.grid ? events.code(place) : place_label(events.code(place), events.areas.names[place]);
  std::string text =
      fmt::format("{}: {} neighbours in space, {} period(s) back\n", name, neighbours.count(place), options.time_steps);
  text += fmt::format("{:<12}{:>10}{:>8}{:>12}{:>10}{:>12}  {}\n", "period", "value", "bins", "their sum", "z", "p",
                      "class");
  for (std::size_t t = 0; t < cube.periods.size(); ++t) {
    const std::size_t bin = t * cube.places + place;
    const Neighbourhood near = neighbourhood_of(cube, neighbours, t, place, options.time_steps);
    text +=
        fmt::format("{:<12}{:>10.4g}{:>8}{:>12.6g}{:>10.4f}{:>12.4g}  {}\n", cube.periods[t].label, cube.values[bin],
                    near.bins, near.sum, found.gi.z[bin], found.gi.p[bin], word_of(found.bins[bin], cube.values[bin]));
  }
  const EmergingPlace& result = found.of_place[place];
  text += fmt::format("a bin is hot or cold at p <= {:.4g}\n", found.p_at_most);
  text += fmt::format("hot in {} and cold in {} of {} observed periods, {} gaps\n", result.hot, result.cold,
                      result.observed, result.gaps);
  text +=
      fmt::format("trend of z: S = {}, Var S = {:.6g}, tau-b = {:.4f}, z = {:.4f}, p = {:.4g}; a trend at p <= {}\n",
                  result.trend.s, result.trend.variance, result.trend.tau_b, result.trend.z, result.trend.p,
                  options.rules.trend_alpha);
  text += fmt::format("{}: {}\n", to_string(result.decision.category), result.decision.rule);
  return text;
}

}  // namespace tocsin::cli
