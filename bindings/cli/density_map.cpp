#include "density_map.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/pipeline.hpp>
#include <tocsin/density/density_bands.hpp>
#include <tocsin/density/place_densities.hpp>
#include <tocsin/density/relative.hpp>

namespace tocsin::cli {
namespace {

constexpr std::int64_t rows_a_part = data::RasterWriter::block;
/// Bytes that a place takes in a list of points and in the painter that is made of it.
constexpr double bytes_a_point = 2 * sizeof(WeightedPoint), bytes_a_place = 3 * sizeof(WeightedPoint);

/// Lets inner work be stopped, and keeps its steps from being counted as parts.
class OnlyStops final : public Progress {
 public:
  explicit OnlyStops(const Progress& outer) : outer_(outer) {}
  [[nodiscard]] bool cancelled() const override { return outer_.cancelled(); }

 private:
  const Progress& outer_;
};

class Painting {
 public:
  Painting(const DensityMap& map, const Progress& progress) : map_(map), stops_(progress) { prepare(); }

  void run(data::RasterWriter& writer, Progress& progress) {
    const auto parts = static_cast<std::size_t>((map_.grid.height + rows_a_part - 1) / rows_a_part);
    slots_.resize(pipeline_slots(parts, slots_that_fit()));
    progress.stage("density", static_cast<std::int64_t>(parts));
    Pipeline pipeline;
    pipeline.slots = slots_.size();
    pipeline.read = [&](std::size_t part, std::size_t slot) { gather(part, slots_[slot]); };
    pipeline.compute = [&](std::size_t part, std::size_t slot) { paint(part, slots_[slot]); };
    pipeline.write = [&](std::size_t part, std::size_t slot) {
      std::vector<std::span<const float>> bands;
      for (const auto& band : slots_[slot].bands) bands.emplace_back(band);
      writer.write_rows(first_row(part), bands);
    };
    run_pipeline(parts, pipeline, progress);
  }

  [[nodiscard]] DensityMapReport report() const {
    DensityMapReport report;
    for (const AdaptiveDensity& density : adaptive_) {
      report.places += density.places().size();
      report.clipped += density.clipped();
    }
    return report;
  }

 private:
  /// What one part has for itself while it is in flight.
  struct Slot {
    LaidPlaces places;
    std::vector<WeightedPoint> people;
    std::vector<std::vector<float>> bands;  ///< by period
  };

  static std::int64_t first_row(std::size_t part) { return static_cast<std::int64_t>(part) * rows_a_part; }
  [[nodiscard]] std::int64_t rows_of(std::size_t part) const {
    return std::min(rows_a_part, map_.grid.height - first_row(part));
  }

  /// Painters that serve every part: of events on points, and of adaptive densities, whose pilot looks at all events.
  void prepare() {
    if (map_.adaptive) return prepare_adaptive();
    for (std::size_t p = 0; p < map_.periods.size(); ++p)
      exact_.emplace_back(map_.events.exact(p), map_.grid, map_.density);
    // Places are painted once for all periods, unless they are so many that it would take much memory.
    place_cells_ = cells_of_places();
    by_place_ = map_.periods.size() > 1 && place_cells_ <= 16 * cells_a_part();
  }

  void prepare_adaptive() {
    const Grid& wide = map_.lattice.grid();
    const double most = static_cast<double>(map_.periods.size()) * map_.events.most_spread_cells(wide.height);
    require(2 * most * bytes_a_place + map_.events.most_shares(wide.height) * sizeof(CellShare),
            "the cells that imprecise events are spread over");
    const LaidPlaces laid = map_.events.any_spread() ? map_.events.lay(wide) : LaidPlaces{};
    for (std::size_t p = 0; p < map_.periods.size(); ++p) {
      throw_if_cancelled(stops_);
      std::vector<WeightedPoint> points = map_.events.exact(p);
      if (map_.events.any_spread()) {
        const std::vector<WeightedPoint> spread = map_.events.spread(p, laid);
        points.insert(points.end(), spread.begin(), spread.end());
      }
      adaptive_.emplace_back(points, map_.grid, *map_.adaptive);
    }
  }

  [[nodiscard]] double cells_a_part() const {
    return static_cast<double>(rows_a_part) * static_cast<double>(map_.grid.width);
  }

  /// Cells of the boxes that the densities of all imprecise places take in one part, at most.
  [[nodiscard]] double cells_of_places() const {
    const double reach_m = kernel_reach(map_.density.kernel, map_.density.bandwidth.metres);
    double cells = 0;
    for (const auto& place : map_.events.spread_places()) {
      const Box box = bounds_of(place.shape).expanded(reach_m + map_.grid.cell_m);
      cells += std::min(box.width() / map_.grid.cell_m, static_cast<double>(map_.grid.width)) *
               std::min(box.height() / map_.grid.cell_m, static_cast<double>(rows_a_part));
    }
    return cells;
  }

  void require(double bytes, const char* what) const {
    if (bytes > map_.memory_bytes)
      throw Error(ErrorCode::memory,
                  fmt::format("{} would take {:.3g} GB, and {:.3g} GB may be used; give more --memory, a larger --cell "
                              "or fewer periods",
                              what, bytes * 1e-9, map_.memory_bytes * 1e-9));
  }

  [[nodiscard]] std::size_t slots_that_fit() const {
    const double cells = cells_a_part();
    const double doubles = (in_double() ? 1.0 : 0.0) + (map_.edge ? 1 : 0) + (map_.people ? 1 : 0);
    const Grid near = map_.lattice.rows_in_reach(0, std::min(rows_a_part, map_.grid.height));
    const double people = map_.people ? static_cast<double>(near.size()) : 0;
    double slot = cells * (4 * static_cast<double>(map_.periods.size()) + 8 * doubles);
    slot += people * (bytes_a_point + bytes_a_place);
    if (spreads_in_parts()) {
      slot += map_.events.most_shares(near.height) * sizeof(CellShare);
      slot +=
          by_place_ ? 8 * place_cells_ : map_.events.most_spread_cells(near.height) * (bytes_a_point + bytes_a_place);
    }
    // The writer's row of blocks, and the rows of people read last.
    double shared = 4 * cells + people * 2 * sizeof(float);
    for (const DensityBands& density : exact_) shared += static_cast<double>(density.places()) * bytes_a_place;
    require(shared + slot, "256 rows of the map");
    return static_cast<std::size_t>(std::max(1.0, (0.8 * map_.memory_bytes - shared) / slot));
  }

  [[nodiscard]] bool spreads_in_parts() const { return !map_.adaptive && map_.events.any_spread(); }

  void gather(std::size_t part, Slot& slot) {
    if (map_.people) slot.people = map_.people->in_reach(first_row(part), rows_of(part), stops_);
    if (spreads_in_parts()) slot.places = map_.events.lay(map_.lattice.rows_in_reach(first_row(part), rows_of(part)));
  }

  [[nodiscard]] bool in_double() const { return map_.adaptive || map_.edge || map_.people || map_.events.any_spread(); }

  /// A period's density over the rows of a raster. `places` serves all periods of a part.
  void paint_period(std::size_t period, const Slot& slot, PlaceDensities* places, Raster<double>& density) {
    const std::int64_t first = density.grid().first_row - map_.grid.first_row, rows = density.grid().height;
    if (map_.adaptive) return adaptive_[period].paint(first, rows, density.values(), stops_);
    exact_[period].paint(first, rows, density.values(), stops_);
    if (!map_.events.any_spread()) return;
    if (places != nullptr) return places->add(map_.events.spread_weights(period), density);
    Raster<double> spread(density.grid());
    DensityBands(map_.events.spread(period, slot.places), map_.grid, map_.density)
        .paint(first, rows, spread.values(), stops_);
    for (std::size_t i = 0; i < spread.values().size(); ++i) density.values()[i] += spread.values()[i];
  }

  void paint(std::size_t part, Slot& slot) {
    const std::int64_t first = first_row(part), rows = rows_of(part);
    const auto cells = static_cast<std::size_t>(rows * map_.grid.width);
    slot.bands.resize(map_.periods.size());
    for (auto& band : slot.bands) band.resize(cells);
    if (!in_double()) {
      for (std::size_t p = 0; p < slot.bands.size(); ++p)
        exact_[p].paint(first, rows, std::span<float>(slot.bands[p]), stops_);
      return;
    }
    std::vector<double> divisor(map_.edge ? cells : 0), people(map_.people ? cells : 0);
    if (map_.edge) map_.edge->paint_divisor(map_.grid, first, rows, divisor, stops_);
    if (map_.people) {
      DensityBands(slot.people, map_.grid, map_.density).paint(first, rows, std::span<double>(people), stops_);
      slot.people = {};
      for (std::size_t i = 0; i < divisor.size(); ++i) people[i] /= divisor[i];
    }
    Raster<double> density(map_.grid.rows(first, rows));
    std::optional<PlaceDensities> places;
    if (by_place_ && spreads_in_parts())
      places.emplace(slot.places.placed, slot.places.rows, map_.grid, density.grid(), map_.density);
    for (std::size_t p = 0; p < slot.bands.size(); ++p) {
      paint_period(p, slot, places ? &*places : nullptr, density);
      const auto values = density.values();
      for (std::size_t i = 0; i < divisor.size(); ++i) values[i] /= divisor[i];
      if (map_.people) divide_by_people(values, people, map_.floor_per_km2);
      std::transform(values.begin(), values.end(), slot.bands[p].begin(),
                     [](double value) { return static_cast<float>(value); });
    }
    slot.places = {};
  }

  const DensityMap& map_;
  OnlyStops stops_;
  std::vector<DensityBands> exact_;  ///< by period, of events on points; none for adaptive densities
  std::vector<AdaptiveDensity> adaptive_;
  bool by_place_ = false;
  double place_cells_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace

DensityMapReport write_density_map(const DensityMap& map, data::RasterWriter& writer, Progress& progress) {
  Painting painting(map, progress);
  painting.run(writer, progress);
  return painting.report();
}

}  // namespace tocsin::cli
