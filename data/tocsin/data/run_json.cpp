#include <algorithm>
#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

#include <tocsin/data/run_json.hpp>

namespace tocsin::data {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json rows_json(const RowAccount& rows) {
  std::int64_t total = 0;
  Json by_reason = Json::object();
  for (const auto& [reason, count] : rows.outside) {
    total += count;
    by_reason[reason] = count;
  }
  return {{"read", rows.read},
          {"used", rows.used},
          {"outside", {{"total", total}, {"by_reason", by_reason}}},
          {"quarantined", rows.quarantined}};
}

Json inputs_json(const std::vector<FileRecord>& inputs, const std::map<std::string, RowAccount>& rows) {
  Json list = Json::array();
  std::set<std::string> named;
  const auto add = [&](const FileRecord& input) {
    Json entry{{"name", input.name}, {"path", text_or_null(input.path)}, {"sha256", text_or_null(input.sha256)}};
    // A source of several files has one account, at its first file.
    const auto account = rows.find(input.name);
    if (named.insert(input.name).second && account != rows.end()) entry["rows"] = rows_json(account->second);
    list.push_back(std::move(entry));
  };
  for (const FileRecord& input : inputs) add(input);
  for (const auto& [name, account] : rows)
    if (!named.contains(name)) add({name, "", ""});
  return list;
}

Json outputs_json(std::vector<FileRecord> outputs) {
  std::sort(outputs.begin(), outputs.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  Json list = Json::array();
  for (const FileRecord& output : outputs) list.push_back({{"path", output.path}, {"sha256", output.sha256}});
  return list;
}

}  // namespace

std::string run_json(const RunRecord& record, const AssessmentReport& report) {
  Json json;
  json["tocsin"] = TOCSIN_VERSION;
  json["scenario"] = record.scenario;
  json["as_of"] = record.as_of;
  json["options"] = Json::object();
  for (const auto& [key, value] : record.options) json["options"][key] = value;
  json["inputs"] = inputs_json(record.inputs, report.rows);
  json["placement"] = Json::object();
  for (const auto& [name, weight] : report.placement)
    json["placement"][name] = {{"points", weight.points},
                               {"spread", weight.spread},
                               {"excluded", weight.excluded},
                               {"outside", weight.outside}};
  if (report.duplicates) {
    std::int64_t left_out = 0;
    for (const DuplicateRecords& pair : *report.duplicates) left_out += pair.second_gone ? 1 : 0;
    json["duplicates"] = {{"pairs", report.duplicates->size()}, {"left_out", left_out}};
  }
  json["joins"] = Json::object();
  for (const SourceJoin& join : report.joins) {
    Json counts{{"by", join.column}};
    for (const JoinKind kind : {JoinKind::matched, JoinKind::carried, JoinKind::near, JoinKind::unmatched,
                                JoinKind::doubled, JoinKind::absent})
      counts[to_string(kind)] = {{"places", join.count(kind)}, {"rows", join.rows(kind)}};
    json["joins"][join.source].push_back(std::move(counts));
  }
  json["outputs"] = outputs_json(record.outputs);
  json["warnings"] = report.warnings;
  // A path need not be UTF-8, but JSON must be.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<std::vector<std::string>> outputs_listed_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  const Json json = Json::parse(file, nullptr, false);
  if (!json.is_object() || !json.contains("tocsin") || !json.contains("outputs") || !json["outputs"].is_array())
    return std::nullopt;
  std::vector<std::string> paths;
  for (const Json& output : json["outputs"])
    if (output.is_object() && output.contains("path") && output["path"].is_string())
      paths.push_back(output["path"].get<std::string>());
  return paths;
}

}  // namespace tocsin::data
