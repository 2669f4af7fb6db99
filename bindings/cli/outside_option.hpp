#pragma once

#include <memory>

#include <CLI/CLI.hpp>

#include <tocsin/indicators/scenario_paths.hpp>

namespace tocsin::cli {

/// Adds --allow-outside to a verb that reads a scenario. @return what it says, once the options were read
std::shared_ptr<bool> add_outside_option(CLI::App& verb);

inline OutsidePaths outside_paths(bool allowed) {
  return allowed ? OutsidePaths::allowed : OutsidePaths::refused;
}

}  // namespace tocsin::cli
