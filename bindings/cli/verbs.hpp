#pragma once

#include <CLI/CLI.hpp>

namespace tocsin::cli {

/// Options that mean the same in every verb.
struct CommonOptions {
  int threads = 0;
  bool json = false;
  bool quiet = false;
  bool overwrite = false;
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

/// Adds --threads, --json, --quiet, --overwrite to a verb.
void add_common_options(CLI::App& verb, CommonOptions& common);

}  // namespace tocsin::cli
