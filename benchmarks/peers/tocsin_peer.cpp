// tocsin as run.py measures it: `tocsin_peer density|distance|zonal|lags --threads N ...`, reading the same raw files
// as the peers, with the data in memory before the clock starts.
#include <cstdint>
#include <memory>

#include <tocsin/core/parallel.hpp>
#include <tocsin/density/density.hpp>
#include <tocsin/distance/distance_transform.hpp>
#include <tocsin/hotspot/permutation.hpp>
#include <tocsin/zonal/zonal_statistics.hpp>

#include "worker.hpp"

namespace {

using namespace tocsin;

/// Cells of a kilometre, so that events per km2 are events per cell; the south-west corner is the origin.
Grid grid_of(std::int64_t side) {
  Grid grid;
  grid.cell_m = 1000;
  grid.width = grid.height = side;
  grid.origin_y = static_cast<double>(side) * grid.cell_m;
  return grid;
}

void measure_density(const peers::Options& options) {
  const Grid grid = grid_of(options.integer("--side"));
  const std::vector<double> places = peers::read_raw<double>(options.text("--events"));
  std::vector<WeightedPoint> events(places.size() / 2);
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i] = {places[2 * i] * grid.cell_m, places[2 * i + 1] * grid.cell_m, 1};
  }
  const std::optional<Kernel> kernel = parse_kernel(options.text("--kernel"));
  if (!kernel) throw std::invalid_argument("unknown kernel");
  const DensityOptions how{*kernel, kilometres(options.number("--radius"))};
  Raster<float> result;
  peers::serve(
      "tocsin", [&] { result = density(events, grid, how); },
      [&](const std::string& path) { peers::write_raw<float>(path, std::as_const(result).values()); });
}

void measure_distance(const peers::Options& options) {
  Grid grid = grid_of(options.integer("--side"));
  grid.cell_m = 1;
  const auto cells = peers::read_raw<std::uint64_t>(options.text("--targets"));
  const std::vector<std::size_t> targets(cells.begin(), cells.end());
  Raster<float> result;
  peers::serve(
      "tocsin", [&] { result = distance_transform(targets, grid); },
      [&](const std::string& path) { peers::write_raw<float>(path, std::as_const(result).values()); });
}

/// One ring an area, clockwise and closed, in cells.
Areas read_areas(const peers::Options& options) {
  const auto vertices = peers::read_raw<double>(options.text("--vertices"));
  const auto ends = peers::read_raw<std::int64_t>(options.text("--ring-ends"));
  Areas areas;
  std::size_t next = 0;
  for (const std::int64_t end : ends) {
    Polygon polygon;
    for (; next < static_cast<std::size_t>(end); ++next) {
      polygon.outer().emplace_back(vertices[2 * next], vertices[2 * next + 1]);
    }
    areas.shapes.push_back({polygon});
    areas.codes.push_back(std::to_string(areas.codes.size()));
    areas.names.emplace_back();
  }
  return areas;
}

void measure_zonal(const peers::Options& options) {
  Grid grid = grid_of(options.integer("--side"));
  grid.cell_m = 1;
  grid.origin_y = static_cast<double>(grid.height);
  const Areas areas = read_areas(options);
  Raster<double> values(grid);
  std::ranges::copy(peers::read_raw<double>(options.text("--values")), values.values().begin());
  std::vector<ZonalRequest> requests;
  for (const char* name : {"count", "sum", "mean", "min", "max", "stdev"}) {
    requests.push_back(parse_zonal_request(name));
  }
  std::vector<std::vector<double>> result;
  peers::serve(
      "tocsin", [&] { result = zonal_statistics(values, areas, requests); },
      [&](const std::string& path) {
        std::vector<double> flat;
        for (const auto& row : result) flat.insert(flat.end(), row.begin(), row.end());
        peers::write_raw<double>(path, flat);
      });
}

/// Every area has as many neighbours.
Neighbours read_neighbours(const peers::Options& options, std::size_t areas) {
  const auto count = static_cast<std::size_t>(options.integer("--neighbours"));
  std::vector<std::size_t> offsets(areas + 1);
  for (std::size_t i = 0; i <= areas; ++i) offsets[i] = i * count;
  return {std::move(offsets), peers::read_raw<std::uint32_t>(options.text("--links")),
          peers::read_raw<double>(options.text("--weights"))};
}

void measure_lags(const peers::Options& options) {
  const std::vector<double> values = peers::read_raw<double>(options.text("--values"));
  const Neighbours neighbours = read_neighbours(options, values.size());
  const PermutationOptions how{.permutations = options.integer("--permutations"),
                               .exceedances = options.integer("--exceedances")};
  PermutationResult result;
  peers::serve(
      "tocsin", [&] { result = permute_lags(values, neighbours, how); },
      [&](const std::string& path) {
        std::vector<double> flat;
        for (const auto* column : {&result.p_greater, &result.p_less, &result.standard_error, &result.draws})
          flat.insert(flat.end(), column->begin(), column->end());
        peers::write_raw<double>(path, flat);
      });
}

int measure(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  const peers::Options options(argc, argv, 2);
  const ThreadLimit limit(options.integer("--threads"));
  if (what == "density") {
    measure_density(options);
  } else if (what == "distance") {
    measure_distance(options);
  } else if (what == "zonal") {
    measure_zonal(options);
  } else if (what == "lags") {
    measure_lags(options);
  } else {
    throw std::invalid_argument("the first word is density, distance, zonal or lags");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return measure(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "tocsin_peer: " << error.what() << '\n';
    return 1;
  }
}
