#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/cog.hpp>
#include <tocsin/data/detail/write_file.hpp>
#include <tocsin/data/geopackage.hpp>
#include <tocsin/data/map_png.hpp>
#include <tocsin/data/run_folder.hpp>
#include <tocsin/data/sha256.hpp>

namespace tocsin::data {
namespace {

/// A source that is a folder (a file geodatabase) has no bytes of its own to sum up.
std::string sum_of_input(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored) ? std::string() : sha256_of_file(path);
}

}  // namespace

RunFolderSink::RunFolderSink(RunFolderOptions options) : options_(std::move(options)) {}

void RunFolderSink::begin(const AssessmentHeader& header) {
  folder_ = std::make_unique<StagingFolder>(options_.folder, options_.overwrite);
  header_ = header;
  inputs_.clear();
  periods_.clear();
  written_.clear();
  for (const InputFile& input : options_.inputs) inputs_.push_back({input.name, input.path, sum_of_input(input.path)});
}

void RunFolderSink::write(const PeriodResult& result) {
  if (!folder_) throw Error(ErrorCode::internal, "a period was written before the run folder was begun");
  if (result.areas.size() != header_.areas.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("period {} has {} area scores for {} areas", result.period.label,
                                                       result.areas.size(), header_.areas.size()));
  const std::string name = fmt::format("risk_{}.tif", result.period.label);
  const std::string description =
      fmt::format("{}: risk score (0 to 100, higher = more risk), {}", header_.scenario, result.period.label);
  write_cog(folder_->path_of(name), result.bands,
            {description, header_.scenario, result.period.label, to_string(header_.as_of)});
  written_.push_back(name);
  periods_.push_back({result.period.label, result.areas});
  if (!header_.periods.empty() && result.period == header_.periods.back()) write_picture(result);
}

void RunFolderSink::write_picture(const PeriodResult& result) {
  const auto score =
      std::find_if(result.bands.begin(), result.bands.end(), [](const Band& band) { return band.name == "score"; });
  if (score == result.bands.end()) throw Error(ErrorCode::internal, "the last period has no band 'score' to draw");
  MapText text;
  text.note = options_.note;
  const std::string name = fmt::format("risk_{}.png", result.period.label);
  write_file(folder_->path_of(name), map_png(header_, result.period, score->values, result.areas, text));
  written_.push_back(name);
}

std::vector<FileRecord> RunFolderSink::output_records() const {
  std::vector<FileRecord> records;
  for (const std::string& name : written_) records.push_back({"", name, sha256_of_file(folder_->path_of(name))});
  return records;
}

void RunFolderSink::finish(const AssessmentReport& report) {
  if (!folder_) throw Error(ErrorCode::internal, "the run folder was finished before it was begun");
  const auto place_of = [&](const std::string& name) {
    written_.push_back(name);
    return folder_->path_of(name);
  };
  write_file(place_of("areas.csv"), areas_csv(header_, periods_));
  write_areas_xlsx(place_of("areas.xlsx"), header_, periods_);
  write_geopackage(place_of("areas.gpkg"), header_, periods_);
  write_file(place_of("quarantine.csv"), quarantine_csv(report.quarantined), Readers::owner_only);
  const RunRecord record{header_.scenario, to_string(header_.as_of), options_.options, inputs_, output_records()};
  write_file(folder_->path_of("run.json"), run_json(record, report));
  folder_->publish();
  folder_.reset();
}

}  // namespace tocsin::data
