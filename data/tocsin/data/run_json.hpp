#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tocsin/ports/result_sink.hpp>

namespace tocsin::data {

/// A file that went into a run or came out of it.
struct FileRecord {
  std::string name;    ///< of the source; empty for outputs
  std::string path;    ///< as given; for outputs relative to the folder
  std::string sha256;  ///< empty where it has none: a source in memory, a folder
};

/// What run.json says besides the assessment's report. Nothing in it may differ between two runs of the same inputs:
/// no time of day, no thread count.
struct RunRecord {
  std::string scenario;
  std::string as_of;
  std::vector<std::pair<std::string, std::string>> options;  ///< in the order in which they are written
  std::vector<FileRecord> inputs;
  std::vector<FileRecord> outputs;  ///< every file of the folder but run.json
};

/// The text of run.json: keys `tocsin` (version), `scenario`, `as_of`, `options`, `inputs`, `placement`, `joins`
/// (by source: places and rows of each kind), `outputs` (sorted by path), `warnings`. Rows are written for every source
/// that the report has an account of, also for one that is not among the inputs.
std::string run_json(const RunRecord& record, const AssessmentReport& report);

/// The output paths that a run.json lists; empty when the file is missing or not one of ours.
std::optional<std::vector<std::string>> outputs_listed_in(const std::string& path);

}  // namespace tocsin::data
