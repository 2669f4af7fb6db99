#include "check_joins.hpp"

#include <array>

#include <fmt/format.h>

namespace tocsin::cli {
namespace {

constexpr std::array<JoinKind, 6> kinds{JoinKind::matched,   JoinKind::carried, JoinKind::near,
                                        JoinKind::unmatched, JoinKind::doubled, JoinKind::absent};

}  // namespace

void tell_joins(std::span<const SourceJoin> joins, std::vector<std::string>& lines, nlohmann::ordered_json& out) {
  for (const SourceJoin& join : joins) {
    nlohmann::ordered_json told{{"by", join.column}};
    std::string text;
    for (const JoinKind kind : kinds) {
      const std::int64_t places = join.count(kind);
      told[to_string(kind)] = {{"places", places}, {"rows", join.rows(kind)}};
      if (places == 0) continue;
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", places, to_string(kind));
      if (kind == JoinKind::matched || join.records) continue;
      auto& list = told[to_string(kind)]["keys"] = nlohmann::ordered_json::array();
      for (const JoinedKey& key : join.keys)
        if (key.kind == kind) list.push_back({{"key", key.key}, {"suggestion", key.suggestion}, {"rows", key.rows}});
    }
    out["joins"][join.source].push_back(std::move(told));
    lines.push_back(fmt::format("{:<22} {:<9} by {}: {}", join.source, "areas", join.column,
                                text.empty() ? "nothing to join" : text));
  }
}

}  // namespace tocsin::cli
