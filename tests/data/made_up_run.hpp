#pragma once

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <tocsin/data/crs.hpp>
#include <tocsin/data/sha256.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin::test {

/// A square grid that is cut into areas side by side, each a strip of columns.
inline AssessmentHeader made_up_header(std::int64_t width = 40, std::int64_t height = 30, int areas = 4,
                                       int periods = 3) {
  AssessmentHeader header;
  header.scenario = "Made-up strips";
  header.as_of = make_day(2022, 1, 15);
  header.grid = {data::crs_wkt("EPSG:32635"), 500000, 600000, 1000, width, height};
  header.pillars = {"conflict", "protection"};
  header.alert_rules = {"score", "=rule", "new"};
  const Box box = header.grid.bounds();
  for (int i = 0; i < areas; ++i) {
    const double west = box.min_x + box.width() * i / areas, east = box.min_x + box.width() * (i + 1) / areas;
    Polygon strip;
    strip.outer() = {{west, box.min_y}, {west, box.max_y}, {east, box.max_y}, {east, box.min_y}, {west, box.min_y}};
    header.areas.shapes.push_back({strip});
    header.areas.codes.push_back("00" + std::to_string(i + 1));
    header.areas.names.push_back("Strip " + std::to_string(i + 1));
  }
  header.periods =
      periods_between(make_day(2021, 12 - static_cast<unsigned>(periods) + 1, 1), make_day(2021, 12, 31), Every::month);
  return header;
}

/// The last area is not observed; the others have the mean of their cells.
inline PeriodResult made_up_period(const AssessmentHeader& header, std::size_t period) {
  PeriodResult result;
  result.period = header.periods[period];
  const Grid& grid = header.grid;
  const auto areas = static_cast<std::int64_t>(header.areas.size());
  const auto area_of = [&](std::int64_t column) { return column * areas / grid.width; };
  for (const char* name : {"score", "coverage", "conflict", "protection"}) {
    Band band{name, std::string("the ") + name, name == std::string("coverage") ? "1" : "", Raster<float>(grid)};
    for (std::int64_t row = 0; row < grid.height; ++row)
      for (std::int64_t column = 0; column < grid.width; ++column)
        band.values.at({column, row}) =
            area_of(column) == areas - 1
                ? std::nanf("")
                : static_cast<float>(
                      50 + 45 * std::sin(0.05 * static_cast<double>(column + 3 * row) + static_cast<double>(period)));
    result.bands.push_back(std::move(band));
  }
  for (std::int64_t area = 0; area < areas; ++area) {
    AreaScore score;
    if (area < areas - 1) {
      double sum = 0, count = 0;
      for (std::int64_t row = 0; row < grid.height; ++row)
        for (std::int64_t column = 0; column < grid.width; ++column)
          if (area_of(column) == area) sum += static_cast<double>(result.bands[0].values.at({column, row})), ++count;
      score.score = sum / count;
      score.coverage = 0.75;
      score.rank = static_cast<int>(area) + 1;
      score.change = period == 0 ? not_observed : -1.25;
      score.pillars = {score.score, not_observed};
      score.top_indicators = "clash-density 11.0; crsv-density 2.4";
    }
    result.areas.push_back(score);
  }
  return result;
}

inline AssessmentReport made_up_report() {
  AssessmentReport report;
  report.rows["incidents"] = {10, 6, {{"area", 2}, {"time", 1}}, 1};
  report.placement["incidents"] = {4, 2, 0, 0};
  report.quarantined = {{"incidents", 7, "no date", "give a date such as 2021-08-31", "=cmd|\"a\", b"}};
  report.warnings = {"roads: one line has no length"};
  return report;
}

inline void run_into(ResultSink& sink, const AssessmentHeader& header) {
  sink.begin(header);
  for (std::size_t period = 0; period < header.periods.size(); ++period) sink.write(made_up_period(header, period));
  sink.finish(made_up_report());
}

inline std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// SHA-256 of every file below a folder, by relative path.
inline std::map<std::string, std::string> sums_of(const std::string& folder) {
  std::map<std::string, std::string> sums;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      sums[entry.path().lexically_relative(folder)] = data::sha256_of_file(entry.path().string());
  return sums;
}

}  // namespace tocsin::test
