#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include <tocsin/core/nearest_name.hpp>
#include <tocsin/indicators/scenario_sections.hpp>

namespace tocsin {
namespace {

/// The sources of events that indicators read.
std::set<std::string> event_sources(const Scenario& scenario) {
  std::set<std::string> names;
  for (const Indicator& indicator : scenario.indicators)
    for (const SourceNeed& need : indicator.measure->needs())
      if (need.kind == PortKind::events) names.insert(need.source);
  return names;
}

/// "a, b" as names.
std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::string name = text.substr(at, end - at);
    const auto first = name.find_first_not_of(' '), last = name.find_last_not_of(' ');
    names.push_back(first == std::string::npos ? std::string() : name.substr(first, last - first + 1));
    at = end + 1;
  }
  return names;
}

void read_preference(Parameters& keys, const std::set<std::string>& known, DuplicateSpec& spec) {
  const std::string text = keys.text_or("deduplicate", "none");
  if (text == "none") return;
  constexpr std::string_view prefix = "prefer:";
  if (!text.starts_with(prefix))
    return keys.problem("deduplicate", "must be \"none\" or \"prefer: SOURCE, SOURCE\", the most trusted first");
  spec.sources = names_in(text.substr(prefix.size()));
  spec.keep_one = true;
  std::set<std::string> seen;
  const std::vector<std::string> all(known.begin(), known.end());
  for (const std::string& name : spec.sources) {
    if (!known.contains(name))
      keys.problem("deduplicate", fmt::format("names '{}', which is no source of events that an indicator reads{}",
                                              name, did_you_mean(name, all)));
    else if (!seen.insert(name).second)
      keys.problem("deduplicate", fmt::format("names '{}' twice", name));
  }
  if (spec.sources.size() < 2) keys.problem("deduplicate", "must name two sources or more");
}

}  // namespace

void read_duplicates_section(Parameters& keys, Scenario& scenario) {
  DuplicateSpec spec;
  const auto known = event_sources(scenario);
  spec.sources.assign(known.begin(), known.end());
  read_preference(keys, known, spec);
  spec.options.within_m = keys.length_or("within", metres(spec.options.within_m)).metres;
  const double days = keys.number_or("days", spec.options.days);
  if (days >= 0 && days <= 366 && days == std::floor(days))
    spec.options.days = static_cast<int>(days);
  else
    keys.problem("days", "must be a whole number from 0 to 366");
  spec.options.least_score = keys.number_or("least_score", spec.options.least_score);
  if (!(spec.options.least_score >= 0 && spec.options.least_score <= 1))
    keys.problem("least_score", "must be from 0 to 1");
  keys.done();
  scenario.duplicates = std::move(spec);
}

}  // namespace tocsin
