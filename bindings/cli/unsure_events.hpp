#pragma once

#include <string>
#include <vector>

#include <tocsin/ports/source_spec.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin::cli {

/// Events of a file that nobody has described yet.
struct UnsureEvents {
  SourceSpec spec;  ///< as it was read: with `dates` or `decimal` where the file leaves them open
  EventBatch batch;
  std::vector<std::string> assumed;  ///< what was assumed so that it could be read, a sentence each
};

/// Reads events. Where the order of day and month or the decimal mark cannot be told, the reading that leaves the
/// fewest records unused is taken, and said; of equal ones day before month, and a comma between thousands.
/// @throws Error as EventSource::read, where no reading helps
UnsureEvents read_unsure_events(const SourceSpec& spec, const EventRequest& request);

}  // namespace tocsin::cli
