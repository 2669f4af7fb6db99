#pragma once

#include <cstddef>
#include <string>

namespace tocsin::data {

/// What the quarantine keeps of one record: enough to find it again. A file may hold many records of megabytes.
inline constexpr std::size_t most_record_bytes = 4096;

/// The record's beginning, cut between letters and saying so, where it is longer than that.
std::string cut_record(std::string record);

}  // namespace tocsin::data
