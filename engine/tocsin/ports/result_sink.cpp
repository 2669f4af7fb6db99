#include <algorithm>

#include <tocsin/ports/result_sink.hpp>

namespace tocsin {

void MemoryResultSink::write_rows(const Period& period, std::span<const Band> rows) {
  if (!open_) {
    periods_.push_back({period, {}, {}, {}});
    for (const Band& band : rows) {
      Raster<float> whole;
      if (band.values.grid() == header_.grid)
        whole = band.values;
      else
        whole = Raster<float>(header_.grid, static_cast<float>(not_observed));
      periods_.back().bands.push_back({band.name, band.description, band.unit, std::move(whole)});
    }
    open_ = true;
  }
  for (std::size_t b = 0; b < rows.size(); ++b) {
    const Raster<float>& part = rows[b].values;
    const std::int64_t first = part.grid().first_row - header_.grid.first_row;
    Raster<float>& whole = periods_.back().bands[b].values;
    std::copy(part.values().begin(), part.values().end(),
              whole.values().begin() + static_cast<std::ptrdiff_t>(whole.grid().index({0, first})));
  }
}

void MemoryResultSink::write_areas(const Period& period, std::span<const AreaScore> areas) {
  if (!open_) periods_.push_back({period, {}, {}, {}});
  periods_.back().areas.assign(areas.begin(), areas.end());
  open_ = false;
}

}  // namespace tocsin
