#pragma once

#include <string>
#include <vector>

#include <tocsin/indicators/scenario.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin {

/// Opens everything that a scenario asks for through the readers of tocsin::data. This is where scenario and readers
/// meet: neither library knows the other.
Sources open_sources(const Scenario& scenario);

/// A file that a run reads, for provenance.
struct NamedFile {
  std::string name, path;
};
std::vector<NamedFile> files_of(const Scenario& scenario);

}  // namespace tocsin
