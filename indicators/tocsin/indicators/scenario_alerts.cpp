#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/scenario_sections.hpp>

namespace tocsin {
namespace {

using On = AlertRuleSpec::On;

constexpr std::array<const char*, 3> level_words{"watch", "warning", "alert"};

On parse_on(const std::string& word) {
  return word == "change"      ? On::change
         : word == "rank"      ? On::rank
         : word == "coverage"  ? On::coverage
         : word == "indicator" ? On::indicator
         : word == "hotspot"   ? On::hotspot
         : word == "pillars"   ? On::pillars
                               : On::score;
}

/// Where nothing is said of clearing: apart from what raises, by what is natural for the value.
double default_clear(On on, double raise) {
  switch (on) {
    case On::score:
      return 0.9 * raise;
    case On::rank:
      return raise + 2;
    case On::coverage:
      return std::min(1.0, raise + 0.1);
    case On::change:
    case On::indicator:
    case On::hotspot:
      return 0.5 * raise;
    case On::pillars:  // numbers as small as these have nothing between
    case On::expert:
      return raise;
  }
  return raise;
}

/// { watch = 40, warning = 60 } by level; NaN where a level is not named.
std::array<double, 3> read_levels(Parameters& keys, const char* key) {
  std::array<double, 3> values{not_observed, not_observed, not_observed};
  const Value* table = keys.find(key);
  if (table == nullptr) return values;
  if (table->table() == nullptr) {
    keys.problem(key, "must be a table of levels: { watch = 40, warning = 60, alert = 80 }");
    return values;
  }
  for (const auto& [word, number] : *table->table()) {
    const auto level = std::find(level_words.begin(), level_words.end(), word);
    if (level == level_words.end())
      keys.problems().add(number.position, fmt::format("level '{}' is none of watch, warning, alert", word));
    else if (number.number() == nullptr || !std::isfinite(*number.number()))
      keys.problems().add(number.position, fmt::format("level '{}' needs a number", word));
    else
      values[static_cast<std::size_t>(level - level_words.begin())] = *number.number();
  }
  return values;
}

int whole_or(Parameters& keys, const char* key, int fallback, int least) {
  const double value = keys.number_or(key, fallback);
  if (value == std::floor(value) && value >= least && value <= 1000) return static_cast<int>(value);
  keys.problem(key, fmt::format("must be a whole number from {} to 1000", least));
  return fallback;
}

/// A rule that asks for more pillars than the index has would never speak.
void refuse_pillars(Parameters& keys, const AlertRuleSpec& spec, const Scenario& scenario) {
  std::set<std::string> pillars;
  for (const Indicator& indicator : scenario.indicators)
    if (indicator.role == Role::risk && indicator.weight > 0) pillars.insert(indicator.pillar);
  for (const double bound : spec.rule.raise) {
    if (std::isnan(bound)) continue;
    if (bound < 1 || bound != std::floor(bound))
      return keys.problem("raise", "of pillars is how many of them agree: whole numbers from 1");
    // An indicator with a mistake of its own is not there; one mistake is told once.
    if (bound > static_cast<double>(pillars.size()) && keys.problems().empty())
      return keys.problem("raise",
                          fmt::format("asks for {} pillars that agree; the index has {}", bound, pillars.size()));
  }
}

/// A share that was meant as percent, or a score as a share, would hold every alert up or none.
void refuse_out_of_range(Parameters& keys, const AlertRuleSpec& spec, const Scenario& scenario) {
  const auto refuse = [&](double least, double most, const char* message) {
    for (const auto& [key, bounds] : {std::pair("raise", spec.rule.raise), std::pair("clear", spec.rule.clear)})
      if (std::any_of(bounds.begin(), bounds.end(), [&](double v) { return v < least || v > most; }))
        return keys.problem(key, message);
  };
  if (spec.on == On::coverage) refuse(0, 1, "of coverage is a share from 0 to 1: write 0.75 for 75 %");
  if (spec.on == On::score) refuse(1, 100, "of the score runs from 1 to 100");
  if (spec.on == On::rank) refuse(1, 1e6, "of ranks begins with 1, the highest score");
  if (spec.on == On::pillars) refuse_pillars(keys, spec, scenario);
}

void read_levels_of(Parameters& keys, const Scenario& scenario, AlertRuleSpec& spec) {
  if (spec.on == On::hotspot) {
    for (const char* key : {"raise", "clear"})
      if (keys.has(key)) keys.problem(key, "has no effect on hotspots, which stand or do not; set `level`");
    const std::string word = keys.word_or("level", {"watch", "warning", "alert"}, "warning");
    const auto level = std::find(level_words.begin(), level_words.end(), word) - level_words.begin();
    spec.rule.raise[static_cast<std::size_t>(level)] = 1;
  } else {
    spec.rule.raise = read_levels(keys, "raise");
    if (std::all_of(spec.rule.raise.begin(), spec.rule.raise.end(), [](double v) { return std::isnan(v); }))
      return keys.problem("raise", "is missing: from which value on? { watch = 40, warning = 60, alert = 80 }");
  }
  spec.rule.clear = read_levels(keys, "clear");
  refuse_out_of_range(keys, spec, scenario);
  for (std::size_t i = 0; i < level_words.size(); ++i) {
    double &raise = spec.rule.raise[i], &clear = spec.rule.clear[i];
    if (std::isnan(raise) && !std::isnan(clear))
      keys.problem("clear", fmt::format("names level '{}', which `raise` does not", level_words[i]));
    if (!std::isnan(raise) && std::isnan(clear)) clear = default_clear(spec.on, raise);
    // Turned about, low values rise as things get worse.
    if (spec.falling()) raise = -raise, clear = -clear;
  }
}

void read_of(Parameters& keys, const Scenario& scenario, AlertRuleSpec& spec) {
  if (spec.on != On::indicator) {
    if (keys.has("of")) keys.problem("of", "names an indicator: set on = \"indicator\"");
    return;
  }
  spec.of = keys.text("of");
  std::vector<std::string> ids;
  for (const Indicator& indicator : scenario.indicators) ids.push_back(indicator.id);
  // An indicator with a mistake of its own is not there; one mistake is told once.
  if (std::find(ids.begin(), ids.end(), spec.of) != ids.end() || !keys.problems().empty()) return;
  const std::string near = nearest_word(spec.of, ids);
  keys.problem("of", fmt::format("names '{}', which is no indicator{}", spec.of,
                                 near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
}

void read_rule(const Value& table, Scenario& scenario, Problems& problems) {
  Parameters keys(table, "[[alerts.rule]]", problems);
  AlertRuleSpec spec;
  spec.position = table.position;
  spec.name = keys.text("name");
  spec.on =
      parse_on(keys.word_or("on", {"score", "change", "rank", "coverage", "indicator", "hotspot", "pillars"}, "score"));
  if (spec.on == On::hotspot && !scenario.hotspots)
    keys.problem("on", "is \"hotspot\", and the scenario looks for none: add [hotspots]");
  read_of(keys, scenario, spec);
  spec.of_least = keys.number_or("of_least", spec.of_least);
  if (keys.has("of_least") && spec.on != On::pillars) keys.problem("of_least", "is of pillars: set on = \"pillars\"");
  if (!(spec.of_least > 0 && spec.of_least <= 100))
    keys.problem("of_least", "is a pillar's score from which on it agrees: above 0, at most 100");
  spec.rule.periods_to_raise = whole_or(keys, "periods_to_raise", 1, 1);
  spec.rule.periods_to_clear = whole_or(keys, "periods_to_clear", 2, 1);
  spec.rule.cool_down = whole_or(keys, "cool_down", 0, 0);
  spec.unless = keys.text_or("unless", "");
  spec.action = keys.text_or("action", "");
  read_levels_of(keys, scenario, spec);
  keys.done();
  for (const AlertRuleSpec& other : scenario.alerts->rules)
    if (other.name == spec.name && !spec.name.empty())
      keys.problem("name", fmt::format("'{}' is the name of another rule too", spec.name));
  // Only rules before it: two that wait for each other would never speak.
  if (!spec.unless.empty() && std::none_of(scenario.alerts->rules.begin(), scenario.alerts->rules.end(),
                                           [&](const AlertRuleSpec& other) { return other.name == spec.unless; }))
    keys.problem("unless", fmt::format("names '{}', which is no rule above this one", spec.unless));
  if (problems.empty()) {
    try {
      spec.rule.validate();
    } catch (const Error& error) {
      keys.problem("raise", fmt::format("is wrong: {}", error.what()));
    }
  }
  scenario.alerts->rules.push_back(std::move(spec));
}

void read_expert(const Value& table, Scenario& scenario, Problems& problems) {
  Parameters keys(table, "[[alerts.expert]]", problems);
  ExpertJudgement expert;
  expert.position = table.position;
  expert.area = keys.text("area");
  expert.rule = keys.text_or("rule", "");
  if (!keys.has("level")) keys.problem("level", "is missing: watch, warning or alert; or \"clear\"");
  const std::string word = keys.word_or("level", {"watch", "warning", "alert", "clear"}, "clear");
  const auto level = std::find(level_words.begin(), level_words.end(), word);
  if (level != level_words.end()) expert.level = static_cast<AlertLevel>(level - level_words.begin() + 1);
  expert.from = keys.day("from");
  expert.to = keys.optional_day("to");
  if (expert.to && keys.has("from") && *expert.to < expert.from) keys.problem("to", "lies before `from`");
  for (auto [key, text] : {std::pair("why", &expert.why), std::pair("by", &expert.by)}) {
    *text = keys.text(key);
    if (keys.has(key) && text->empty()) keys.problem(key, "is empty: a judgement says why, and by which role");
  }
  keys.done();
  std::vector<std::string> names;
  for (const AlertRuleSpec& rule : scenario.alerts->rules) names.push_back(rule.name);
  if (!expert.rule.empty() && std::find(names.begin(), names.end(), expert.rule) == names.end()) {
    const std::string near = nearest_word(expert.rule, names);
    keys.problem("rule", fmt::format("names '{}', which is no rule{}", expert.rule,
                                     near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  }
  scenario.alerts->experts.push_back(std::move(expert));
}

/// After the rules, which they may name.
void read_experts(Parameters& keys, Scenario& scenario) {
  const Value* rows = keys.find("expert");
  if (rows == nullptr) return;
  if (rows->list() == nullptr)
    return keys.problem("expert", "must be one or more [[alerts.expert]]: area, level, from, why, by");
  for (const Value& row : *rows->list()) {
    if (row.table() == nullptr)
      keys.problems().add(row.position, "[[alerts.expert]] must be a table");
    else
      read_expert(row, scenario, keys.problems());
  }
  std::vector<AlertRuleSpec>& rules = scenario.alerts->rules;
  const bool own = std::any_of(scenario.alerts->experts.begin(), scenario.alerts->experts.end(),
                               [](const ExpertJudgement& e) { return e.rule.empty() && e.level != AlertLevel::none; });
  if (!own) return;
  if (std::any_of(rules.begin(), rules.end(), [](const AlertRuleSpec& r) { return r.name == expert_rule_name; }))
    return keys.problem("expert", fmt::format("without `rule` stands as '{}', which is the name of a rule: rename it",
                                              expert_rule_name));
  AlertRuleSpec rule;
  rule.name = expert_rule_name;
  rule.on = On::expert;
  rule.rule.raise = rule.rule.clear = {1, 1, 1};  // nothing but a judgement raises it
  rule.rule.periods_to_clear = 1;
  rules.push_back(std::move(rule));
}

}  // namespace

void read_alerts_section(Parameters& keys, Scenario& scenario) {
  scenario.alerts.emplace();
  if (const Value* actions = keys.find("actions")) {
    if (actions->table() == nullptr) {
      keys.problem("actions", "must be a table: pillar or indicator = \"family of actions\"");
    } else {
      for (const auto& [key, text] : *actions->table()) {
        const bool known =
            std::any_of(scenario.indicators.begin(), scenario.indicators.end(),
                        [&, &name = key](const Indicator& i) { return i.id == name || i.pillar == name; });
        if (!known && keys.problems().empty())
          keys.problems().add(text.position, fmt::format("'{}' is neither a pillar nor an indicator", key));
        if (text.text() == nullptr)
          keys.problems().add(text.position, fmt::format("the action for '{}' must be a text in quotes", key));
        else
          scenario.alerts->actions[key] = *text.text();
      }
    }
  }
  if (const Value* cap = keys.find("cap")) {
    if (cap->table() == nullptr) {
      keys.problem("cap", "must be a table: { sender = \"protection@mission.example\", status = \"Exercise\" }");
    } else {
      Parameters own(*cap, "cap of [alerts]", keys.problems());
      scenario.alerts->cap_sender = own.text("sender");
      if (own.has("sender") && scenario.alerts->cap_sender.empty())
        own.problem("sender", "is empty: say who sends the message, \"protection@mission.example\"");
      scenario.alerts->cap_status = own.word_or("status", {"Actual", "Exercise", "Test", "Draft"}, "Exercise");
      own.done();
    }
  }
  const Value* rules = keys.find("rule");
  const bool any = rules != nullptr && rules->list() != nullptr && !rules->list()->empty();
  if (!any && (rules != nullptr || !keys.has("expert")))
    keys.problem("rule", "is missing: add at least one [[alerts.rule]]");
  if (any)
    for (const Value& rule : *rules->list()) read_rule(rule, scenario, keys.problems());
  read_experts(keys, scenario);
  keys.done();
}

}  // namespace tocsin
