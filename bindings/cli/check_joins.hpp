#pragma once

#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <tocsin/ports/join_result.hpp>

namespace tocsin::cli {

/// How sources were joined to areas by codes and names: a line a source, and what was not plainly matched below it.
/// Names that single records give are counted, not told.
void tell_joins(std::span<const SourceJoin> joins, std::vector<std::string>& lines, nlohmann::ordered_json& out);

}  // namespace tocsin::cli
