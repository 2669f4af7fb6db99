#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <tocsin/grid/grid.hpp>
#include <tocsin/ports/source_spec.hpp>

namespace tocsin::cli {

/// --cell, --crs, --bbox, --area, --like: the same in every verb that makes a raster.
struct GridOptions {
  std::string cell, crs = "auto", area, like;
  std::vector<double> bbox;
};
void add_grid_options(CLI::App& verb, GridOptions& options);

/// The CRS in which a verb works: of --like, --crs, or an equal-area one centred on --area or else on the data.
std::string crs_of(const GridOptions& options, const SourceSpec& data);

/// The grid, once the data's extent (in that CRS) is known: --like, --bbox, --area, or the extent itself.
/// @param most_cells  for a verb that holds the whole grid 4 GB of float; one that works in parts can take more
/// @throws Error usage when --cell is missing; scenario when the grid would have more cells than that
Grid grid_of(const GridOptions& options, const std::string& crs_wkt, const Box& data, double most_cells = 1e9);
/// True where --area, --bbox or --like says how far the grid reaches.
bool extent_is_given(const GridOptions& options);

/// Checks before any work that an output can be made, and that it is none of the files that are read.
/// @param inputs  paths as written; empty ones are none
void require_output(const std::string& path, bool overwrite, const std::vector<std::string>& endings,
                    const std::vector<std::string>& inputs);
/// The hidden name, and the renaming.
std::string partial_path(const std::string& path);
/// A text as a file, checked to its last byte. @throws Error io
void write_text(const std::string& path, const std::string& text);
void put_in_place(const std::string& partial, const std::string& path);

/// Writes a file under its hidden name and renames it at the end: it appears complete or not at all.
template <typename Write>
void write_whole_file(const std::string& path, const Write& write) {
  const std::string partial = partial_path(path);
  try {
    write(partial);
    put_in_place(partial, path);
  } catch (...) {
    std::remove(partial.c_str());
    throw;
  }
}

}  // namespace tocsin::cli
