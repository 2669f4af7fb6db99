#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <tocsin/data/recognise/file_look.hpp>
#include <tocsin/ports/event_summary.hpp>

namespace tocsin::cli {

/// One file of somebody's own, or one layer of it, on its way into a scenario.
struct OwnSource {
  data::FileLook look;
  std::string name;                   ///< in [sources]: of the file, or its layer
  std::string path;                   ///< as the scenario writes it
  SourceSpec spec;                    ///< as it is read now; with `dates` or `decimal` where these were assumed
  std::vector<std::string> assumed;   ///< what was, a sentence each
  std::vector<std::string> warnings;  ///< of the reader, events only
  Events events;                      ///< events only; in the CRS of the choices
  EventSummary summary;               ///< the same
};

/// Everything that was given, and what each is for.
struct OwnData {
  std::vector<OwnSource> sources;                 ///< events, features, rasters, tables
  std::optional<OwnSource> area;                  ///< empty: the units are the area of interest as well
  std::optional<OwnSource> units;                 ///< the reporting units
  std::array<std::optional<OwnSource>, 4> admin;  ///< units of other levels, for placing events
  std::optional<std::size_t> population;          ///< a raster of people, among the sources
  struct Unused {
    data::FileLook look;
    std::string why;
  };
  std::vector<Unused> unused;
};

struct OwnFiles {
  std::vector<std::string> files;
  std::string area;    ///< a file of polygons; empty: found among the files
  std::string folder;  ///< of the scenario: what paths are relative to
  bool copy = false;   ///< files are referred to by their names: they will be copied
};

/// Looks at all files and decides what each is for. Events are not read yet.
/// @throws Error as data::look_at_file; usage: two files of one name with `copy`; no polygons (the message says what is
///         needed)
OwnData look_at_own_files(const OwnFiles& files);

/// What the scenario would call a file: lower-case letters, digits and underscores.
std::string source_name(const std::string& text);

/// True when a word of the text begins with one of these; case and accents do not matter.
bool names_any(const std::string& text, const std::vector<const char*>& stems);

}  // namespace tocsin::cli
