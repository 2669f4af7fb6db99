#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/source_raster.hpp>
#include <tocsin/data/drivers.hpp>

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

}  // namespace

SourceRaster::SourceRaster(const SourceSpec& spec)
    : dataset_(open_raster_dataset(spec.name, spec.path)),
      what_(fmt::format("source '{}': '{}'", spec.name, spec.path)),
      band_(spec.band) {
  const ErrorTrap trap;
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

bool SourceRaster::is_nodata(double value) const {
  if (!has_nodata_) return false;
  if (!is_floating_) return value == nodata_;
  // "The lowest float" is written with anything from two to nine digits: no real value is that large.
  constexpr double huge = 1e30;
  if (std::abs(nodata_) > huge) return std::abs(value) > huge && std::signbit(value) == std::signbit(nodata_);
  return static_cast<float>(value) == static_cast<float>(nodata_);
}

Window SourceRaster::clipped(const Window& window) const {
  const std::int64_t first_column = std::clamp<std::int64_t>(window.column, 0, width_);
  const std::int64_t first_row = std::clamp<std::int64_t>(window.row, 0, height_);
  return {first_column, first_row, std::clamp<std::int64_t>(window.column + window.width, 0, width_) - first_column,
          std::clamp<std::int64_t>(window.row + window.height, 0, height_) - first_row};
}

std::vector<float> SourceRaster::read(const Window& window) {
  return read_cells<float>(window);
}

std::vector<double> SourceRaster::read_double(const Window& window) {
  return read_cells<double>(window);
}

template <typename T>
std::vector<T> SourceRaster::read_cells(const Window& window) {
  const auto width = static_cast<std::size_t>(window.width), height = static_cast<std::size_t>(window.height);
  std::vector<double> values(width * height);
  std::vector<std::uint8_t> mask(has_mask_ ? values.size() : 0);
  const std::int64_t first = south_up_ ? height_ - window.row - window.height : window.row;
  GDALRasterBand& band = *dataset_->GetRasterBand(band_);
  const ErrorTrap trap;
  const auto read_from = [&](GDALRasterBand& from, void* to, GDALDataType type) {
    return from.RasterIO(GF_Read, static_cast<int>(window.column), static_cast<int>(first), static_cast<int>(width),
                         static_cast<int>(height), to, static_cast<int>(width), static_cast<int>(height), type, 0, 0,
                         nullptr);
  };
  CPLErr result = read_from(band, values.data(), GDT_Float64);
  if (result == CE_None && has_mask_) result = read_from(*band.GetMaskBand(), mask.data(), GDT_Byte);
  if (result != CE_None)
    throw Error(ErrorCode::input,
                fmt::format("{} cannot be read to its end; it is damaged or cut short{}", what_, trap.note()));
  std::vector<T> cells(values.size());
  for (std::size_t row = 0; row < height; ++row) {
    const std::size_t from_row = south_up_ ? height - 1 - row : row;
    for (std::size_t column = 0; column < width; ++column) {
      const std::size_t from = from_row * width + column;
      const bool observed = !std::isnan(values[from]) && !is_nodata(values[from]) && (!has_mask_ || mask[from] != 0);
      const auto value = static_cast<T>(values[from] * scale_ + offset_);
      const bool infinite = observed && std::isinf(value);
      infinities_ += infinite ? 1 : 0;
      cells[row * width + column] = observed && !infinite ? value : std::numeric_limits<T>::quiet_NaN();
    }
  }
  return cells;
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
