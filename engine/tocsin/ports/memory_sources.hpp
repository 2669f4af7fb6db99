#pragma once

#include <functional>

#include <tocsin/ports/sources.hpp>

namespace tocsin {

/// Events in memory, already in the grid's CRS. A filter text that a request names must have been given a predicate.
class MemoryEventSource final : public EventSource {
 public:
  using Predicate = std::function<bool(const Events&, std::size_t)>;
  explicit MemoryEventSource(Events events, std::map<std::string, Predicate> filters = {})
      : events_(std::move(events)), filters_(std::move(filters)) {}
  EventBatch read(const EventRequest& request) override;

 private:
  Events events_;
  std::map<std::string, Predicate> filters_;
};

class MemoryAreaSource final : public AreaSource {
 public:
  explicit MemoryAreaSource(Areas areas) : areas_(std::move(areas)) {}
  AreaBatch read(const std::string&) override { return {areas_, {}}; }

 private:
  Areas areas_;
};

/// Features in memory; takes no where clause.
class MemoryFeatureSource final : public FeatureSource {
 public:
  explicit MemoryFeatureSource(Features features) : features_(std::move(features)) {}
  FeatureBatch read(const std::string&, const std::string& where) override;

 private:
  Features features_;
};

/// A raster in memory, on any grid with the same cell size and aligned edges as the grid asked for (cells outside it
/// are not observed).
class MemoryRasterSource final : public RasterSource {
 public:
  explicit MemoryRasterSource(Raster<float> raster) : raster_(std::move(raster)) {}
  /// @throws Error shape_mismatch when the grids do not align
  RasterBatch read(const Grid& grid) override;

 private:
  Raster<float> raster_;
};

class MemoryTableSource final : public TableSource {
 public:
  explicit MemoryTableSource(Table table) : table_(std::move(table)) {}
  Table read() override { return table_; }

 private:
  Table table_;
};

}  // namespace tocsin
