#pragma once

#include <string>
#include <vector>

#include "compare_findings.hpp"

namespace tocsin::cli {

enum class Language { english, french };

/// One finding as a sentence or two that can be read out.
std::string sentence_of(const CompareFinding& finding, const ComparedPeriods& periods, const CompareOptions& options,
                        Language language);

/// All that is to be said, a line each: both units, what moved most, shares, and what the numbers rest on.
std::vector<std::string> lines_of(const CompareFindings& findings, const ComparedCounts& counts,
                                  const ComparedPeriods& periods, const CompareOptions& options, Language language);

}  // namespace tocsin::cli
