#include "hotspot_output.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/data/area_table.hpp>
#include <tocsin/data/raster_writer.hpp>
#include <tocsin/hotspot/incremental_moran.hpp>
#include <tocsin/neighbours/distance_neighbours.hpp>

#include "grid_options.hpp"

namespace tocsin::cli {
namespace {

data::TableCell cell_of(double value) {
  if (std::isnan(value)) return {};
  return value;
}

}  // namespace

void write_hotspot_table(const std::string& path, const HotspotPlaces& places, const HotspotTable& table) {
  using enum data::ColumnType;
  data::AreaTable out;
  out.layer = "hotspots";
  out.columns = {{"code", text}, {"name", text},  {"value", number},    {"statistic", number},
                 {"z", number},  {"p", number},   {"p_sim", number},    {"p_sim_error", number},
                 {"q", number},  {"class", text}, {"neighbours", whole}};
  for (std::size_t i = 0; i < places.size(); ++i) {
    out.rows.push_back({places.codes[i], places.names[i], cell_of(places.values[i]), cell_of(table.local.statistic[i]),
                        cell_of(table.local.z[i]), cell_of(table.local.p[i]), cell_of(table.p_sim[i]),
                        cell_of(table.p_sim_error[i]), cell_of(table.q[i]), std::string(table.classes[i]),
                        table.neighbours[i]});
    out.area.push_back(i);
  }
  data::write_area_table(path, out, places.areas, places.crs_wkt);
}

namespace {

/// How a place stands as a number, for a raster.
double number_of(Standing standing) {
  switch (standing) {
    case Standing::high:
      return 1;
    case Standing::low:
      return -1;
    case Standing::other:
      return 2;
    case Standing::not_significant:
      return 0;
    case Standing::undefined:
      break;
  }
  return not_observed;
}

/// A p that is no 0 stays none.
float to_float(double value) {
  constexpr float least = std::numeric_limits<float>::min();
  return value > 0 && value < static_cast<double>(least) ? least : static_cast<float>(value);
}

}  // namespace

void write_hotspot_raster(const std::string& path, const HotspotPlaces& places, const HotspotTable& table) {
  std::vector<double> standing(table.size()), neighbours(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    standing[i] = number_of(table.standing[i]);
    neighbours[i] = std::isnan(places.values[i]) ? not_observed : table.neighbours[i];
  }
  const std::vector<std::pair<data::BandText, const std::vector<double>*>> bands{
      {{"value", "what the statistic looks at", places.unit}, &places.values},
      {{"statistic", "the statistic", ""}, &table.local.statistic},
      {{"z", "standard normal deviate", ""}, &table.local.z},
      {{"p", "two-sided, from the normal distribution", ""}, &table.local.p},
      {{"p_sim", "pseudo p of the smaller tail", ""}, &table.p_sim},
      {{"q", "two-sided pseudo p, corrected", ""}, &table.q},
      {{"class", "1 high, -1 low, 2 unlike its neighbours, 0 not significant", ""}, &standing},
      {{"neighbours", "observed neighbours", ""}, &neighbours}};
  std::vector<data::BandText> texts;
  std::vector<std::vector<float>> cells;
  std::vector<std::span<const float>> views;
  for (const auto& [text, values] : bands) {
    texts.push_back(text);
    cells.emplace_back();
    std::ranges::transform(*values, std::back_inserter(cells.back()), to_float);
  }
  for (const auto& band : cells) views.emplace_back(band);
  data::RasterWriter writer(path, *places.grid, std::move(texts), {"hotspot statistic of each cell", "", "", ""});
  writer.write_rows(0, views);
  writer.finish();
}

namespace {

/// Six digits; nothing where undefined.
std::string csv_number(double value) {
  return std::isnan(value) ? std::string() : fmt::format("{:.6g}", value);
}

/// "10 km,100 km,10 km"
std::vector<double> bands_of(const std::string& text) {
  std::vector<double> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    parts.push_back(parse_length(text.substr(from, comma - from)).metres);
    from = comma + 1;
  }
  if (parts.size() != 3 || !(parts[0] > 0) || parts[1] < parts[0] || !(parts[2] > 0) ||
      (parts[1] - parts[0]) / parts[2] > 1000)
    throw Error(ErrorCode::usage, fmt::format("--try-bands {}: write the first, the last and the step, \"10 km,100 km,"
                                              "10 km\"; at most 1000 of them",
                                              text));
  std::vector<double> bands;
  for (int i = 0; parts[0] + i * parts[2] <= parts[1] * (1 + 1e-9); ++i) bands.push_back(parts[0] + i * parts[2]);
  return bands;
}
}  // namespace

void try_bands(const std::string& bands, const std::string& output, const HotspotPlaces& places,
               const CommonOptions& common) {
  if (!places.has_shapes() || !output.ends_with(".csv"))
    throw Error(ErrorCode::usage, "--try-bands needs areas with shapes, and writes a .csv");
  const std::vector<Point> points = centroids(places.areas);
  const IncrementalMoran moran = incremental_moran(places.values, bands_of(bands), [&](double band) {
    return styled(band_neighbours(points, band), WeightStyle::row_standardised);
  });
  std::string text = "distance_m,mean_neighbours,islands,moran,z,p\n";
  for (const BandMoran& band : moran.bands)
    text += fmt::format("{},{},{},{},{},{}\n", csv_number(band.distance_m), csv_number(band.mean_neighbours),
                        band.islands, csv_number(band.moran.statistic), csv_number(band.moran.randomisation.z),
                        csv_number(band.moran.randomisation.p));
  write_whole_file(output, [&](const std::string& path) { write_text(path, text); });
  const auto distance = [&](const std::optional<std::size_t>& peak) -> nlohmann::ordered_json {
    return peak ? nlohmann::ordered_json(moran.bands[*peak].distance_m) : nlohmann::ordered_json();
  };
  if (common.json)
    fmt::print("{}\n", nlohmann::ordered_json{{"output", output},
                                              {"first_peak_m", distance(moran.first_peak)},
                                              {"highest_peak_m", distance(moran.highest_peak)}}
                           .dump(2));
  else if (!common.quiet)
    fmt::print(stderr, "wrote {}; {}\n", output,
               moran.highest_peak
                   ? fmt::format("places are most alike within {:.0f} m; the first peak is at {:.0f} m",
                                 moran.bands[*moran.highest_peak].distance_m, moran.bands[*moran.first_peak].distance_m)
                   : std::string("no distance stands out"));
}
}  // namespace tocsin::cli
