#pragma once

#include <span>
#include <string>

#include <tocsin/ports/result_sink.hpp>

namespace tocsin::data {

/// What a Common Alerting Protocol message says of who sends it to whom.
struct CapOptions {
  std::string sender;                                                ///< "protection@mission.example"
  std::string status = "Exercise";                                   ///< "Actual", "Exercise", "Test", "Draft"
  std::string restriction = "for the protection of civilians only";  ///< rule of distribution
};

/// The alerts that stand at the end of the last period as one CAP 1.2 message (OASIS, 1 July 2010) of restricted scope,
/// an `info` block each: urgency, severity and certainty by level; the outline of the area in WGS 84. Without any the
/// message has no `info`. The day of `as_of`, midnight UTC, is when it was sent: two runs write the same bytes.
/// @throws Error input when the grid's CRS has no way to WGS 84
std::string alerts_cap(const AssessmentHeader& header, std::span<const Alert> alerts, const CapOptions& options);

}  // namespace tocsin::data
