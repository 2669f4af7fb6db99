#include "density_map.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/pipeline.hpp>
#include <tocsin/density/density_bands.hpp>
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
    std::vector<std::vector<WeightedPoint>> events;  ///< by period, where they differ from part to part
    std::vector<WeightedPoint> people;
    std::vector<std::vector<float>> bands;  ///< by period
  };

  static std::int64_t first_row(std::size_t part) { return static_cast<std::int64_t>(part) * rows_a_part; }
  [[nodiscard]] std::int64_t rows_of(std::size_t part) const {
    return std::min(rows_a_part, map_.grid.height - first_row(part));
  }

  /// Painters that serve every part: of adaptive densities, whose pilot looks at all events, and of events that are all
  /// on points.
  void prepare() {
    if (map_.adaptive) {
      const Grid& wide = map_.lattice.grid();
      const double most = static_cast<double>(map_.periods.size()) * map_.events.most_spread_cells(wide.height);
      require(most * 2 * bytes_a_place, "the cells that imprecise events are spread over");
      if (map_.events.any_spread()) map_.events.lay(wide);
      for (std::size_t p = 0; p < map_.periods.size(); ++p) {
        throw_if_cancelled(stops_);
        adaptive_.emplace_back(events_of(p), map_.grid, *map_.adaptive);
      }
    } else {
      for (std::size_t p = 0; p < map_.periods.size(); ++p) exact_.push_back(map_.events.exact(p));
      if (map_.events.any_spread()) return;
      for (auto& points : exact_) {
        fixed_.emplace_back(points, map_.grid, map_.density);
        points = {};
      }
    }
  }

  [[nodiscard]] std::vector<WeightedPoint> events_of(std::size_t period) const {
    std::vector<WeightedPoint> points = exact_.empty() ? map_.events.exact(period) : exact_[period];
    if (!map_.events.any_spread()) return points;
    const std::vector<WeightedPoint> spread = map_.events.spread(period);
    points.insert(points.end(), spread.begin(), spread.end());
    return points;
  }

  void require(double bytes, const char* what) const {
    if (bytes > map_.memory_bytes)
      throw Error(ErrorCode::memory,
                  fmt::format("{} would take {:.1f} GB, and {:.1f} GB may be used; give more --memory, a larger --cell "
                              "or fewer periods",
                              what, bytes * 1e-9, map_.memory_bytes * 1e-9));
  }

  [[nodiscard]] std::size_t slots_that_fit() const {
    const auto periods = static_cast<double>(map_.periods.size());
    const double cells = static_cast<double>(rows_a_part) * static_cast<double>(map_.grid.width);
    const double doubles = (in_double() ? 1.0 : 0.0) + (map_.edge ? 1 : 0) + (map_.people ? 1 : 0);
    const Grid near = map_.lattice.rows_in_reach(0, std::min(rows_a_part, map_.grid.height));
    const double spread = map_.adaptive ? 0 : map_.events.most_spread_cells(near.height);
    const double people = map_.people ? static_cast<double>(near.size()) : 0;
    double exact = 0;
    for (const auto& points : exact_) exact += static_cast<double>(points.size());
    for (const DensityBands& density : fixed_) exact += static_cast<double>(density.places());
    const double here = (map_.events.any_spread() ? exact : 0) + periods * spread + people;
    const double slot = cells * (4 * periods + 8 * doubles) + here * (bytes_a_point + bytes_a_place);
    // The writer's row of blocks, and the rows of people read last.
    const double shared = 4 * cells + exact * bytes_a_place + people * (map_.people ? 2 * sizeof(float) : 0);
    require(shared + slot, "256 rows of the map");
    return static_cast<std::size_t>(std::max(1.0, (0.8 * map_.memory_bytes - shared) / slot));
  }

  void gather(std::size_t part, Slot& slot) {
    if (map_.people) slot.people = map_.people->in_reach(first_row(part), rows_of(part), stops_);
    if (map_.adaptive || !map_.events.any_spread()) return;
    map_.events.lay(map_.lattice.rows_in_reach(first_row(part), rows_of(part)));
    slot.events.resize(map_.periods.size());
    for (std::size_t p = 0; p < map_.periods.size(); ++p) {
      throw_if_cancelled(stops_);
      slot.events[p] = events_of(p);
    }
  }

  [[nodiscard]] bool in_double() const { return map_.adaptive || map_.edge || map_.people; }

  template <typename T>
  void paint_events(std::size_t period, const Slot& slot, std::int64_t first, std::int64_t rows, std::span<T> out) {
    if (!fixed_.empty()) return fixed_[period].paint(first, rows, out, stops_);
    DensityBands(slot.events[period], map_.grid, map_.density).paint(first, rows, out, stops_);
  }

  void paint(std::size_t part, Slot& slot) {
    const std::int64_t first = first_row(part), rows = rows_of(part);
    const auto cells = static_cast<std::size_t>(rows * map_.grid.width);
    slot.bands.resize(map_.periods.size());
    for (auto& band : slot.bands) band.resize(cells);
    if (!in_double()) {
      for (std::size_t p = 0; p < slot.bands.size(); ++p)
        paint_events(p, slot, first, rows, std::span<float>(slot.bands[p]));
      return;
    }
    std::vector<double> divisor(map_.edge ? cells : 0), people(map_.people ? cells : 0), density(cells);
    if (map_.edge) map_.edge->paint_divisor(map_.grid, first, rows, divisor, stops_);
    if (map_.people) {
      DensityBands(slot.people, map_.grid, map_.density).paint(first, rows, std::span<double>(people), stops_);
      slot.people = {};
      for (std::size_t i = 0; i < divisor.size(); ++i) people[i] /= divisor[i];
    }
    for (std::size_t p = 0; p < slot.bands.size(); ++p) {
      if (map_.adaptive)
        adaptive_[p].paint(first, rows, density, stops_);
      else
        paint_events(p, slot, first, rows, std::span<double>(density));
      for (std::size_t i = 0; i < divisor.size(); ++i) density[i] /= divisor[i];
      if (map_.people) divide_by_people(density, people, map_.floor_per_km2);
      std::transform(density.begin(), density.end(), slot.bands[p].begin(),
                     [](double value) { return static_cast<float>(value); });
    }
  }

  const DensityMap& map_;
  OnlyStops stops_;
  std::vector<DensityBands> fixed_;
  std::vector<AdaptiveDensity> adaptive_;
  std::vector<std::vector<WeightedPoint>> exact_;
  std::vector<Slot> slots_;
};

}  // namespace

DensityMapReport write_density_map(const DensityMap& map, data::RasterWriter& writer, Progress& progress) {
  Painting painting(map, progress);
  painting.run(writer, progress);
  return painting.report();
}

}  // namespace tocsin::cli
