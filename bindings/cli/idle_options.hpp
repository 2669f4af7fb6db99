#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace tocsin::cli {

/// Options of a verb that do nothing beside what else was asked for.
struct IdleOptions {
  std::vector<std::string> options;
  bool idle;        ///< as the others stand
  const char* why;  ///< goes on from "--seed has no effect ", and ends in what to do
};

/// An option without effect would be thought heard: refuses the first row of which one was given.
/// @throws Error usage
void refuse_idle_options(const CLI::App& verb, const std::vector<IdleOptions>& table);

}  // namespace tocsin::cli
