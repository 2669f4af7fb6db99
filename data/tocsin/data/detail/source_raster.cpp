#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/source_raster.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/network.hpp>

namespace tocsin::data {
namespace {

/// GDAL keeps the nodata value of 64-bit integers apart.
double nodata_of(GDALRasterBand& band, bool& has_nodata) {
  int has = 0;
  double value = 0;
  if (band.GetRasterDataType() == GDT_Int64)
    value = static_cast<double>(band.GetNoDataValueAsInt64(&has));
  else if (band.GetRasterDataType() == GDT_UInt64)
    value = static_cast<double>(band.GetNoDataValueAsUInt64(&has));
  else
    value = band.GetNoDataValue(&has);
  has_nodata = has != 0;
  return value;
}

constexpr float not_observed_float = std::numeric_limits<float>::quiet_NaN();

}  // namespace

SourceRaster::SourceRaster(const SourceSpec& spec)
    : dataset_(open_raster_dataset(spec.name, spec.path)),
      path_(vsi_path(spec.path)),
      what_(fmt::format("source '{}': '{}'", spec.name, spec.path)),
      band_(spec.band) {
  const ErrorTrap trap;
  const NetworkScope network(path_);
  const int bands = dataset_->GetRasterCount();
  if (bands == 0) throw Error(ErrorCode::input, what_ + " holds no band; name one of its subdatasets as the path");
  if (band_ < 1 || band_ > bands)
    throw Error(ErrorCode::input, fmt::format("{} has no band {}; it has {}", what_, band_, bands));
  width_ = dataset_->GetRasterXSize();
  height_ = dataset_->GetRasterYSize();
  read_georeference(spec);
  GDALRasterBand& band = *dataset_->GetRasterBand(band_);
  nodata_ = nodata_of(band, has_nodata_);
  is_floating_ = GDALDataTypeIsFloating(band.GetRasterDataType()) != 0;
  has_mask_ = (band.GetMaskFlags() & (GMF_PER_DATASET | GMF_ALPHA)) != 0;
  scale_ = band.GetScale();
  offset_ = band.GetOffset();
}

SourceRaster::~SourceRaster() = default;

void SourceRaster::read_georeference(const SourceSpec& spec) {
  srs_ = spec.crs.empty() ? usable_srs(dataset_->GetSpatialRef())
                          : parse_srs(spec.crs, fmt::format("source '{}'", spec.name));
  if (!srs_) throw Error(ErrorCode::input, what_ + " has no CRS; set the source's crs, such as \"EPSG:4326\"");
  std::array<double, 6> transform{};
  if (dataset_->GetGeoTransform(transform.data()) != CE_None)
    throw Error(ErrorCode::input, what_ + " does not say where it lies; georeference it (gdal_translate -a_ullr)");
  if (transform[2] != 0 || transform[4] != 0)
    throw Error(ErrorCode::input, what_ + " is rotated; bring it north up with gdalwarp");
  if (transform[1] <= 0 || transform[5] == 0)
    throw Error(ErrorCode::input,
                what_ + " has cells of no size or runs from east to west; bring it north up with gdalwarp");
  west_ = transform[0];
  cell_x_ = transform[1];
  cell_y_ = std::abs(transform[5]);
  south_up_ = transform[5] > 0;
  north_ = south_up_ ? transform[3] + transform[5] * static_cast<double>(height_) : transform[3];
}

Window SourceRaster::clipped(const Window& window) const {
  const std::int64_t first_column = std::clamp<std::int64_t>(window.column, 0, width_);
  const std::int64_t first_row = std::clamp<std::int64_t>(window.row, 0, height_);
  return {first_column, first_row, std::clamp<std::int64_t>(window.column + window.width, 0, width_) - first_column,
          std::clamp<std::int64_t>(window.row + window.height, 0, height_) - first_row};
}

std::vector<float> SourceRaster::read(const Window& window) {
  // Asked for when one row of a grid covers so many: a raster that is far too fine, or whose size is damaged.
  constexpr double most_at_once = 200e6;
  if (static_cast<double>(window.width) * static_cast<double>(window.height) > most_at_once)
    throw Error(
        ErrorCode::input,
        fmt::format("{} has {} x {} cells, of which a row of the grid needs more than {:g} million at once; its "
                    "size is damaged, or make its cells larger with gdalwarp -tr",
                    what_, width_, height_, most_at_once / 1e6));
  std::vector<double> values(static_cast<std::size_t>(window.width) * static_cast<std::size_t>(window.height));
  read(window, values);
  std::vector<float> cells(values.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = static_cast<float>(values[i]);
    if (!std::isinf(cells[i])) continue;  // of a number that only a double can hold
    ++infinities_;
    cells[i] = not_observed_float;
  }
  return cells;
}

void SourceRaster::read(const Window& window, std::span<double> to) {
  const auto width = static_cast<std::size_t>(window.width), height = static_cast<std::size_t>(window.height);
  if (width == 0 || height == 0) return;
  const std::int64_t first = south_up_ ? height_ - window.row - window.height : window.row;
  const ErrorTrap trap;
  const NetworkScope network(path_);
  // Rows that run north are put down from the last: they come out running south.
  const auto read_from = [&](GDALRasterBand& from, auto* cells, GDALDataType type) {
    const auto line = static_cast<GSpacing>(width * sizeof(*cells));
    const CPLErr result =
        from.RasterIO(GF_Read, static_cast<int>(window.column), static_cast<int>(first), static_cast<int>(width),
                      static_cast<int>(height), south_up_ ? cells + (height - 1) * width : cells,
                      static_cast<int>(width), static_cast<int>(height), type, 0, south_up_ ? -line : line, nullptr);
    if (result != CE_None)
      throw Error(ErrorCode::input,
                  fmt::format("{} cannot be read to its end; it is damaged or cut short{}", what_, trap.note()));
  };
  GDALRasterBand& band = *dataset_->GetRasterBand(band_);
  read_from(band, to.data(), GDT_Float64);
  with_nodata_test([&](const auto& is_nodata) {
    std::int64_t infinities = 0;
    for (double& cell : to) {
      const double value = cell * scale_ + offset_;
      const bool nodata = is_nodata(cell), infinite = std::abs(value) > std::numeric_limits<double>::max();
      infinities += infinite && !nodata ? 1 : 0;
      cell = nodata || infinite ? not_observed : value;
    }
    infinities_ += infinities;
  });
  if (!has_mask_) return;
  std::vector<std::uint8_t> mask(to.size());
  read_from(*band.GetMaskBand(), mask.data(), GDT_Byte);
  for (std::size_t i = 0; i < mask.size(); ++i)
    if (mask[i] == 0) to[i] = not_observed;
}

/// Chooses the test once, not cell by cell.
template <typename Fill>
void SourceRaster::with_nodata_test(const Fill& fill) const {
  // "The lowest float" is written with anything from two to nine digits: no real value is that large.
  constexpr double huge = 1e30;
  if (!has_nodata_)
    fill([](double) { return false; });
  else if (!is_floating_)
    fill([nodata = nodata_](double value) { return value == nodata; });
  else if (nodata_ > huge)
    fill([](double value) { return value > huge; });
  else if (nodata_ < -huge)
    fill([](double value) { return value < -huge; });
  else
    fill([nodata = static_cast<float>(nodata_)](double value) { return static_cast<float>(value) == nodata; });
}

std::int64_t SourceRaster::block_rows() const {
  int width = 0, height = 0;
  dataset_->GetRasterBand(band_)->GetBlockSize(&width, &height);
  return std::max(1, height);
}

void project_row(const Transformer& transformer, double tolerance, std::span<double> x, std::span<double> y) {
  constexpr std::size_t stride = 32, half = stride / 2, quarter = stride / 4;
  const std::size_t n = x.size();
  const std::vector<double> from_x(x.begin(), x.end()), from_y(y.begin(), y.end());
  std::vector<double> anchor_x, anchor_y;
  for (std::size_t i = 0; i < n; i += quarter) {
    anchor_x.push_back(from_x[i]);
    anchor_y.push_back(from_y[i]);
  }
  transformer.transform(anchor_x, anchor_y);
  for (std::size_t begin = 0; begin < n; begin += stride) {
    const std::size_t end = std::min(begin + stride, n), anchor = begin / quarter;
    // A parabola through the ends and the middle of the stretch, tried at its quarters.
    const bool whole = anchor + 4 < anchor_x.size();
    const auto parabola = [&](const std::vector<double>& a, std::size_t i) {
      const double t = static_cast<double>(i - begin) / half;
      return a[anchor] * (t - 1) * (t - 2) / 2 - a[anchor + 2] * t * (t - 2) + a[anchor + 4] * t * (t - 1) / 2;
    };
    const auto fits = [&](const std::vector<double>& a) {  // false for NaN
      return std::abs(parabola(a, begin + quarter) - a[anchor + 1]) <= tolerance &&
             std::abs(parabola(a, begin + 3 * quarter) - a[anchor + 3]) <= tolerance;
    };
    if (whole && fits(anchor_x) && fits(anchor_y)) {
      for (std::size_t i = begin; i < end; ++i) {
        x[i] = parabola(anchor_x, i);
        y[i] = parabola(anchor_y, i);
      }
    } else {
      transformer.transform(x.subspan(begin, end - begin), y.subspan(begin, end - begin));
    }
  }
}

}  // namespace tocsin::data
