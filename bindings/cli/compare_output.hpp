#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "compare_findings.hpp"

namespace tocsin::cli {

/// One row a finding; where the path's ending has room for shapes, those of areas alone.
void write_comparison(const std::string& path, const CompareFindings& findings, const ComparedCounts& counts,
                      const ComparedPeriods& periods, const CompareOptions& options);

/// All numbers, and the sentences.
nlohmann::ordered_json json_of(const CompareFindings& findings, const ComparedCounts& counts,
                               const ComparedPeriods& periods, const CompareOptions& options,
                               const std::vector<std::string>& lines);

}  // namespace tocsin::cli
