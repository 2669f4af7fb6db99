#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/grid/block_means.hpp>

namespace tocsin {

BlockMeans::BlockMeans(const Grid& whole, std::int64_t factor) : whole_(whole), blocks_(whole), factor_(factor) {
  if (factor < 1)
    throw Error(ErrorCode::invalid_argument, fmt::format("blocks of {} cells; at least 1 is needed", factor));
  blocks_.origin_y = whole.north();
  blocks_.first_row = 0;
  blocks_.cell_m = whole.cell_m * static_cast<double>(factor);
  blocks_.width = (whole.width + factor - 1) / factor;
  blocks_.height = (whole.height + factor - 1) / factor;
  sums_.resize(blocks_.size());
}

void BlockMeans::add(const Raster<float>& rows, std::span<const std::uint8_t> inside) {
  const Grid& band = rows.grid();
  const std::int64_t first = band.first_row - whole_.first_row;
  if (band.width != whole_.width || inside.size() != band.size() || first < 0 || first + band.height > whole_.height)
    throw Error(ErrorCode::shape_mismatch, "rows do not belong to the grid whose blocks are summed");
  // A task has a column of blocks to itself, so that each block is summed row by row whatever the bands.
  parallel_for(static_cast<std::size_t>(blocks_.width), [&](std::size_t task) {
    const auto column = static_cast<std::int64_t>(task);
    const std::int64_t from = column * factor_, to = std::min(whole_.width, from + factor_);
    for (std::int64_t row = 0; row < band.height; ++row) {
      Block& block = sums_[blocks_.index({column, (first + row) / factor_})];
      for (std::int64_t c = from; c < to; ++c) {
        const std::size_t cell = band.index({c, row});
        if (inside[cell] == 0) continue;
        ++block.inside;
        const double value = static_cast<double>(rows.values()[cell]);
        if (std::isnan(value)) continue;
        ++block.observed;
        block.sum += value;
      }
    }
  });
}

std::vector<double> BlockMeans::means() const {
  std::vector<double> result;
  for (const Block& block : sums_)
    result.push_back(block.observed > 0 && 2 * block.observed >= block.inside
                         ? block.sum / static_cast<double>(block.observed)
                         : not_observed);
  return result;
}

std::vector<double> BlockMeans::sums() const {
  std::vector<double> result;
  for (const Block& block : sums_) result.push_back(block.observed > 0 ? block.sum : not_observed);
  return result;
}

}  // namespace tocsin
