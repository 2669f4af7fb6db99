#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/value_statistics.hpp>
#include <tocsin/data/detail/write_file.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/data/raster_writer.hpp>
#include <tocsin/grid/raster.hpp>

namespace tocsin::data {
namespace {

namespace fs = std::filesystem;
using Layout = RasterWriterOptions::Layout;

constexpr auto block = RasterWriter::block;
constexpr auto block_cells = static_cast<std::size_t>(block * block);

GDALDriver& driver(const char* name) {
  register_gdal();
  GDALDriver* found = GetGDALDriverManager()->GetDriverByName(name);
  if (found == nullptr)
    throw Error(ErrorCode::internal, fmt::format("this GDAL has no {} driver; GDAL 3.6 or later is needed", name));
  return *found;
}

/// The options of a file whose blocks are as the class says, with the user's own on top.
CPLStringList creation_options(const RasterWriterOptions& wanted) {
  CPLStringList options;
  options.SetNameValue("TILED", "YES");
  options.SetNameValue("BLOCKXSIZE", std::to_string(block).c_str());
  options.SetNameValue("BLOCKYSIZE", std::to_string(block).c_str());
  options.SetNameValue("INTERLEAVE", "BAND");
  options.SetNameValue("BIGTIFF", "IF_SAFER");
  if (wanted.layout == Layout::cloud_optimized) return options;
  options.SetNameValue("COMPRESS", "DEFLATE");
  options.SetNameValue("PREDICTOR", "3");
  options.SetNameValue("NUM_THREADS", std::to_string(thread_count()).c_str());  // not in the bytes
  for (const std::string& text : wanted.creation_options) {
    const std::string key = text.substr(0, text.find('='));
    for (const char* fixed : {"TILED", "BLOCKXSIZE", "BLOCKYSIZE", "INTERLEAVE", "COPY_SRC_OVERVIEWS", "NBITS"})
      if (EQUAL(key.c_str(), fixed))
        throw Error(ErrorCode::usage, fmt::format("--co {}: {} is fixed here; leave it out", text, fixed));
    if (text.find('=') == std::string::npos)
      throw Error(ErrorCode::usage, fmt::format("--co {}: write it as KEY=VALUE, such as COMPRESS=ZSTD", text));
    options.SetNameValue(key.c_str(), text.substr(key.size() + 1).c_str());
    if (EQUAL(key.c_str(), "COMPRESS") && options.FetchNameValue("PREDICTOR") != nullptr) {
      const std::string method = text.substr(key.size() + 1);
      const bool predicts =
          EQUAL(method.c_str(), "DEFLATE") || EQUAL(method.c_str(), "LZW") || EQUAL(method.c_str(), "ZSTD");
      if (!predicts) options.SetNameValue("PREDICTOR", nullptr);
    }
  }
  const ErrorTrap trap;
  if (GDALValidateCreationOptions(&driver("GTiff"), options.List()) == FALSE)
    throw Error(ErrorCode::usage, fmt::format("--co: GDAL's GTiff driver refuses an option{}", trap.note()));
  return options;
}

CPLStringList cog_options(const Grid& grid) {
  const std::int64_t longest = std::max(grid.width, grid.height);
  CPLStringList options;
  options.SetNameValue("COMPRESS", "DEFLATE");
  options.SetNameValue("PREDICTOR", "YES");
  // Nothing about the machine is in the bytes; two were no faster, and GDAL's worker threads do not outlive a fork.
  options.SetNameValue("NUM_THREADS", "1");
  // Tiles are not padded more than need be: a raster below 512 cells is one tile, or a few, of its own size.
  options.SetNameValue("BLOCKSIZE", std::to_string(std::min<std::int64_t>(512, (longest + 15) / 16 * 16)).c_str());
  options.SetNameValue("BIGTIFF", "IF_SAFER");
  options.SetNameValue("OVERVIEWS", "AUTO");
  options.SetNameValue("OVERVIEW_RESAMPLING", "AVERAGE");  // a cubic would invent scores beyond those of the cells
  return options;
}

void describe(GDALDataset& dataset, const Grid& grid, const std::vector<BandText>& bands, const RasterText& text) {
  std::array<double, 6> transform{grid.origin_x, grid.cell_m, 0, grid.north(), 0, -grid.cell_m};
  dataset.SetGeoTransform(transform.data());
  if (!grid.crs_wkt.empty()) dataset.SetSpatialRef(parse_srs(grid.crs_wkt, "the grid").get());
  dataset.SetMetadataItem("AREA_OR_POINT", "Area");
  dataset.SetMetadataItem("TIFFTAG_SOFTWARE", "tocsin " TOCSIN_VERSION);
  const auto item = [&](const char* key, const std::string& value) {
    if (!value.empty()) dataset.SetMetadataItem(key, value.c_str());
  };
  item("TIFFTAG_IMAGEDESCRIPTION", text.description);
  item("TOCSIN_SCENARIO", text.scenario);
  item("TOCSIN_PERIOD", text.period);
  item("TOCSIN_AS_OF", text.as_of);
  for (std::size_t b = 0; b < bands.size(); ++b) {
    GDALRasterBand& band = *dataset.GetRasterBand(static_cast<int>(b) + 1);
    band.SetDescription(bands[b].name.c_str());
    band.SetNoDataValue(not_observed);
    if (!bands[b].unit.empty()) band.SetUnitType(bands[b].unit.c_str());
    if (!bands[b].description.empty()) band.SetMetadataItem("DESCRIPTION", bands[b].description.c_str());
  }
}

void set_statistics(GDALRasterBand& band, const detail::ValueStatistics& statistics, std::size_t cells) {
  const double share = static_cast<double>(statistics.count()) / static_cast<double>(cells);
  band.SetMetadataItem("STATISTICS_VALID_PERCENT", fmt::format("{:.4g}", 100 * share).c_str());
  if (statistics.count() == 0) return;  // nothing was observed: there is no smallest value to tell
  band.SetMetadataItem("STATISTICS_MINIMUM", fmt::format("{:.9g}", statistics.minimum()).c_str());
  band.SetMetadataItem("STATISTICS_MAXIMUM", fmt::format("{:.9g}", statistics.maximum()).c_str());
  band.SetMetadataItem("STATISTICS_MEAN", fmt::format("{:.9g}", statistics.mean()).c_str());
  band.SetMetadataItem("STATISTICS_STDDEV", fmt::format("{:.9g}", statistics.deviation()).c_str());
}

/// A rectangle of cells that comes in one call.
struct Part {
  std::int64_t column = 0, row = 0, width = 0, height = 0;
};

std::string plain_path(const std::string& path) {
  const fs::path whole(path);
  return (whole.parent_path() / fmt::format(".{}.plain.tif", whole.stem().string())).string();
}

}  // namespace

struct RasterWriter::Impl {
  std::string path, file;  ///< `file` is what is being written: the path itself, or the plain file beside it
  Grid grid;
  std::vector<BandText> bands;
  RasterText text;
  RasterWriterOptions options;
  std::int64_t blocks_across = 0, blocks_down = 0;
  std::vector<detail::ValueStatistics> statistics;  ///< by band and block: folded in that order at the end
  std::vector<float> blocks;                        ///< a row or a column of blocks
  DatasetHandle dataset;
  bool finished = false;

  void create();
  void check(const Part& part, std::span<const std::span<const float>> values) const;
  void cut(const Part& part, std::int64_t down, std::size_t band, std::span<const float> values);
  void write_row_of_blocks(const Part& part, std::int64_t down, std::size_t band, std::span<const float> values);
  void close(const ErrorTrap& trap);
  void lay_out_for_the_cloud();
  void add_overviews();
  ~Impl() {
    const ErrorTrap trap;  // a disk that is full stays full
    dataset.reset();
    if (finished) return;
    std::remove(file.c_str());
    std::remove(path.c_str());
  }
};

void RasterWriter::Impl::create() {
  const ErrorTrap trap;
  const ConfigOption no_side_file("GDAL_PAM_ENABLED", "NO");
  dataset.reset(driver("GTiff").Create(file.c_str(), static_cast<int>(grid.width), static_cast<int>(grid.height),
                                       static_cast<int>(bands.size()), GDT_Float32, creation_options(options).List()));
  if (!dataset) throw Error(ErrorCode::io, cannot_write(path, trap.text()));
  describe(*dataset, grid, bands, text);
}

void RasterWriter::Impl::check(const Part& part, std::span<const std::span<const float>> values) const {
  const auto fits = [](std::int64_t first, std::int64_t size, std::int64_t whole) {
    return first % block == 0 && first >= 0 && size > 0 && first + size <= whole &&
           (size % block == 0 || first + size == whole);
  };
  const auto cells = static_cast<std::size_t>(part.width * part.height);
  const bool complete =
      values.size() == bands.size() &&
      std::all_of(values.begin(), values.end(), [&](const auto& band) { return band.size() == cells; });
  if (dataset && complete && fits(part.column, part.width, grid.width) && fits(part.row, part.height, grid.height))
    return;
  throw Error(
      ErrorCode::shape_mismatch,
      fmt::format("'{}': a part of {} by {} cells at column {}, row {} with {} bands does not fit the blocks of a "
                  "raster of {} by {} with {} bands",
                  path, part.width, part.height, part.column, part.row, values.size(), grid.width, grid.height,
                  bands.size()));
}

/// Cuts one row of blocks of a part out of its values, filled up with NaN beyond the raster's edge.
void RasterWriter::Impl::cut(const Part& part, std::int64_t down, std::size_t band, std::span<const float> values) {
  const std::int64_t across = (part.width + block - 1) / block;
  blocks.resize(static_cast<std::size_t>(across) * block_cells);
  const std::int64_t rows = std::min(block, part.height - down * block);
  const std::size_t first_block =
      (band * static_cast<std::size_t>(blocks_down) + static_cast<std::size_t>(part.row / block + down)) *
          static_cast<std::size_t>(blocks_across) +
      static_cast<std::size_t>(part.column / block);
  parallel_for(static_cast<std::size_t>(across), [&](std::size_t a) {
    float* to = &blocks[a * block_cells];
    const std::int64_t first = static_cast<std::int64_t>(a) * block, columns = std::min(block, part.width - first);
    detail::ValueStatistics& here = statistics[first_block + a];
    here = {};
    if (columns < block || rows < block) std::fill(to, to + block_cells, static_cast<float>(not_observed));
    for (std::int64_t r = 0; r < rows; ++r) {
      const auto from = values.subspan(static_cast<std::size_t>((down * block + r) * part.width + first),
                                       static_cast<std::size_t>(columns));
      std::copy(from.begin(), from.end(), to + r * block);
      here.add(from);
    }
  });
}

void RasterWriter::Impl::write_row_of_blocks(const Part& part, std::int64_t down, std::size_t band,
                                             std::span<const float> values) {
  cut(part, down, band, values);
  const ErrorTrap trap;
  GDALRasterBand& target = *dataset->GetRasterBand(static_cast<int>(band) + 1);
  for (std::int64_t a = 0; a * block < part.width; ++a)
    if (target.WriteBlock(static_cast<int>(part.column / block + a), static_cast<int>(part.row / block + down),
                          &blocks[static_cast<std::size_t>(a) * block_cells]) != CE_None ||
        trap.failed())
      throw Error(ErrorCode::io, cannot_write(path, trap.text()));
}

/// The last bytes are written here, and a full disk may only show now.
void RasterWriter::Impl::close(const ErrorTrap& trap) {
  dataset->FlushCache(true);
  dataset.reset();
  if (trap.failed()) throw Error(ErrorCode::io, cannot_write(path, trap.text()));
}

void RasterWriter::Impl::add_overviews() {
  std::vector<int> levels;
  for (std::int64_t size = std::max(grid.width, grid.height), level = 2; size > block; size /= 2, level *= 2)
    levels.push_back(static_cast<int>(level));
  if (levels.empty()) return;
  const ErrorTrap trap;
  const ConfigOption no_side_file("GDAL_PAM_ENABLED", "NO");
  const ConfigOption predictor("PREDICTOR_OVERVIEW", "3");
  const ConfigOption edge("GDAL_TIFF_OVR_BLOCKSIZE", "256");
  const ConfigOption threads("GDAL_NUM_THREADS", std::to_string(thread_count()).c_str());
  const char* const allowed[] = {"GTiff", nullptr};
  // Threads compress; when they read a file of several bands too, GDAL 3.6 complains of each block on stderr.
  const char* const one_reader[] = {"NUM_THREADS=1", nullptr};
  DatasetHandle again(GDALDataset::Open(file.c_str(), GDAL_OF_RASTER | GDAL_OF_UPDATE, allowed, one_reader));
  if (!again || again->BuildOverviews("AVERAGE", static_cast<int>(levels.size()), levels.data(), 0, nullptr,
                                      GDALDummyProgress, nullptr) != CE_None)
    throw Error(ErrorCode::io, cannot_write(path, trap.text()));
  again.reset();
  if (trap.failed()) throw Error(ErrorCode::io, cannot_write(path, trap.text()));
}

void RasterWriter::Impl::lay_out_for_the_cloud() {
  const ErrorTrap trap;
  const ConfigOption no_side_file("GDAL_PAM_ENABLED", "NO");
  const char* const allowed[] = {"GTiff", nullptr};
  const DatasetHandle plain(GDALDataset::Open(file.c_str(), GDAL_OF_RASTER, allowed));
  DatasetHandle written;
  if (plain)
    written.reset(
        driver("COG").CreateCopy(path.c_str(), plain.get(), FALSE, cog_options(grid).List(), nullptr, nullptr));
  const bool created = written != nullptr;
  written.reset();
  if (!created || trap.failed()) throw Error(ErrorCode::io, cannot_write(path, trap.text()));
  std::remove(file.c_str());
}

RasterWriter::RasterWriter(std::string path, Grid grid, std::vector<BandText> bands, RasterText text,
                           RasterWriterOptions options)
    : impl_(std::make_unique<Impl>()) {
  constexpr std::int64_t most = 2147483647;  // GDAL counts cells of a side in an int
  if (grid.width <= 0 || grid.height <= 0 || grid.width > most || grid.height > most || bands.empty())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("'{}' needs at least one band, and 1 to {} columns and rows; got "
                            "{} bands of {} by {} cells",
                            path, most, bands.size(), grid.width, grid.height));
  impl_->file = options.layout == Layout::tiled ? path : plain_path(path);
  impl_->path = std::move(path);
  impl_->grid = std::move(grid);
  impl_->bands = std::move(bands);
  impl_->text = std::move(text);
  impl_->options = std::move(options);
  impl_->blocks_across = (impl_->grid.width + block - 1) / block;
  impl_->blocks_down = (impl_->grid.height + block - 1) / block;
  impl_->statistics.resize(impl_->bands.size() * static_cast<std::size_t>(impl_->blocks_across * impl_->blocks_down));
  impl_->create();
}

RasterWriter::~RasterWriter() = default;
RasterWriter::RasterWriter(RasterWriter&&) noexcept = default;

void RasterWriter::write_rows(std::int64_t first_row, std::span<const std::span<const float>> values) {
  const std::int64_t width = impl_->grid.width;
  const auto cells = static_cast<std::int64_t>(values.empty() ? 0 : values.front().size());
  const Part part{0, first_row, width, cells / width};
  impl_->check(part, values);
  // Row of blocks by row of blocks, so that the order in the file is that of the ground, not that of the calls.
  for (std::int64_t down = 0; down * block < part.height; ++down)
    for (std::size_t band = 0; band < values.size(); ++band) impl_->write_row_of_blocks(part, down, band, values[band]);
}

void RasterWriter::write_columns(std::int64_t first_column, std::int64_t columns,
                                 std::span<const std::span<const float>> values) {
  const std::int64_t height = impl_->grid.height;
  const Part whole{first_column, 0, columns, height};
  impl_->check(whole, values);
  std::vector<float> strip;
  for (std::int64_t first = 0; first < columns; first += block) {
    const Part part{first_column + first, 0, std::min(block, columns - first), height};
    for (std::size_t band = 0; band < values.size(); ++band) {
      strip.clear();
      for (std::int64_t row = 0; row < height; ++row) {
        const auto from =
            values[band].subspan(static_cast<std::size_t>(row * columns + first), static_cast<std::size_t>(part.width));
        strip.insert(strip.end(), from.begin(), from.end());
      }
      for (std::int64_t down = 0; down * block < height; ++down) impl_->write_row_of_blocks(part, down, band, strip);
    }
  }
}

void RasterWriter::finish() {
  {
    const ErrorTrap trap;
    const ConfigOption no_side_file("GDAL_PAM_ENABLED", "NO");
    const std::size_t blocks = impl_->statistics.size() / impl_->bands.size();
    for (std::size_t b = 0; b < impl_->bands.size(); ++b) {
      detail::ValueStatistics whole;
      for (std::size_t i = 0; i < blocks; ++i) whole.merge(impl_->statistics[b * blocks + i]);
      set_statistics(*impl_->dataset->GetRasterBand(static_cast<int>(b) + 1), whole, impl_->grid.size());
    }
    impl_->close(trap);
  }
  if (impl_->options.layout == Layout::tiled)
    impl_->add_overviews();
  else
    impl_->lay_out_for_the_cloud();
  impl_->finished = true;
}

}  // namespace tocsin::data
