#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace tocsin::cli {

/// The work is done, and alerts stand at or above --fail-on: exit code 4.
struct AlertsStand {};

/// Options that mean the same in every verb.
struct CommonOptions {
  int threads = 0;
  bool json = false;
  bool quiet = false;
  bool overwrite = false;
  std::string memory;  ///< as written; empty: a quarter of the machine's
};

/// Each adds one verb to the program; its callback does the work and throws tocsin::Error.
void add_run(CLI::App& app, CommonOptions& common);
void add_check(CLI::App& app, CommonOptions& common);
void add_init(CLI::App& app, CommonOptions& common);
void add_indicators(CLI::App& app, CommonOptions& common);
void add_formats(CLI::App& app, CommonOptions& common);
void add_density(CLI::App& app, CommonOptions& common);
void add_distance(CLI::App& app, CommonOptions& common);
void add_zonal(CLI::App& app, CommonOptions& common);
void add_rasterize(CLI::App& app, CommonOptions& common);
void add_hotspots(CLI::App& app, CommonOptions& common);
void add_scan(CLI::App& app, CommonOptions& common);
void add_clustering(CLI::App& app, CommonOptions& common);
void add_emerging(CLI::App& app, CommonOptions& common);
void add_compare(CLI::App& app, CommonOptions& common);
void add_trend(CLI::App& app, CommonOptions& common);
void add_nowcast(CLI::App& app, CommonOptions& common);
void add_patterns(CLI::App& app, CommonOptions& common);
void add_alarm(CLI::App& app, CommonOptions& common);

/// Adds --threads, --json, --quiet, --overwrite to a verb.
void add_common_options(CLI::App& verb, CommonOptions& common);
/// Adds --memory to a verb that works in parts.
void add_memory_option(CLI::App& verb, CommonOptions& common);
/// The bytes that the verb may take; GDAL's cache of blocks is held to a small part of them.
/// @throws Error invalid_argument when --memory is not an amount
double memory_of(const CommonOptions& common);

}  // namespace tocsin::cli
