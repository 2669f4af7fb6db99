#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/alert_search.hpp>
#include <tocsin/indicators/index_layout.hpp>

namespace tocsin {
namespace {

using On = AlertRuleSpec::On;

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
constexpr double least_observed_share = 0.5;  // of an area, as for its score
constexpr double least_moved = 0.5;           // points of score that are worth telling

std::string number(double value) {
  return fmt::format("{:.3g}", value);
}

/// The bound of the level, as the scenario has it.
double bound_of(const AlertRuleSpec& rule, const std::array<double, 3>& bounds, AlertLevel level) {
  if (level == AlertLevel::none) return not_observed;
  const double bound = bounds[static_cast<std::size_t>(level) - 1];
  return rule.falling() ? -bound : bound;
}

std::string clears(const AlertRuleSpec& rule, AlertLevel level) {
  const std::string periods =
      rule.rule.periods_to_clear == 1 ? "in a period" : fmt::format("for {} periods", rule.rule.periods_to_clear);
  if (rule.on == On::hotspot) return fmt::format("when no hotspot stands here {} that were observed", periods);
  const char* what = rule.on == On::score      ? "the score"
                     : rule.on == On::change   ? "its change"
                     : rule.on == On::rank     ? "the rank"
                     : rule.on == On::coverage ? "coverage"
                     : rule.on == On::pillars  ? "the number of pillars that agree"
                                               : rule.of.c_str();
  return fmt::format("when {} is {} {} {}, as far as observed", what, rule.falling() ? "above" : "below",
                     number(bound_of(rule, rule.rule.clear, level)), periods);
}

/// Where an expert's judgement names an area that the run does not have.
[[noreturn]] void refuse_area(const ExpertJudgement& expert, const Areas& areas) {
  std::string near = nearest_word(expert.area, areas.codes);
  if (near.empty()) {
    const std::string name = nearest_word(expert.area, areas.names);
    if (const auto at = std::find(areas.names.begin(), areas.names.end(), name); !name.empty())
      near = areas.codes[static_cast<std::size_t>(at - areas.names.begin())];
  }
  throw Error(ErrorCode::scenario,
              fmt::format("{}:{}:{}: [[alerts.expert]] area '{}' is no code of an area of this run{}",
                          expert.position.file, expert.position.line, expert.position.column, expert.area,
                          near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
}

bool touches(const ExpertJudgement& expert, const Period& period) {
  return expert.from <= period.last && (!expert.to || *expert.to >= period.first);
}

}  // namespace

void AlertSearch::Mean::add(double number, double weight) {
  all += weight;
  if (std::isnan(number)) return;
  value += weight * number;
  observed += weight;
}

double AlertSearch::Mean::mean() const {
  return observed > 0 && observed / all >= least_observed_share ? value / observed : not_observed;
}

AlertSearch::AlertSearch(const Scenario& scenario, const MeasureContext& context, IndicatorValues& values)
    : scenario_(scenario), spec_(*scenario.alerts), context_(context) {
  for (const AlertRuleSpec& rule : spec_.rules) {
    indicators_.push_back(none);
    if (rule.on != On::indicator) continue;
    for (std::size_t i = 0; i < scenario.indicators.size(); ++i)
      if (scenario.indicators[i].id == rule.of) indicators_.back() = i;
    values.keep_raw(indicators_.back());
  }
  for (const IndexLayout::Pillar& pillar : layout_of(scenario).pillars) pillars_.push_back(pillar.id);
  for (const ExpertJudgement& expert : spec_.experts) {
    const std::int64_t area = context.area_by_code(expert.area);
    if (area < 0) refuse_area(expert, context.areas);
    expert_areas_.push_back(static_cast<std::size_t>(area));
  }
}

void AlertSearch::begin_period() {
  means_.assign(spec_.rules.size(), {});
  for (std::size_t r = 0; r < means_.size(); ++r)
    if (indicators_[r] != none) means_[r].resize(context_.areas.size());
}

void AlertSearch::add(const IndicatorValues& values) {
  for (std::size_t r = 0; r < means_.size(); ++r) {
    if (indicators_[r] == none) continue;
    const auto raw = values.raw(indicators_[r]).values();
    for (std::size_t area = 0; area < context_.areas.size(); ++area)
      for (const CellShare& part : context_.area_cells[area]) {
        if (context_.inside[part.cell] == 0) continue;
        const auto value = static_cast<double>(raw[part.cell]);
        means_[r][area].by_share.add(value, part.share);
        if (context_.population.empty()) continue;
        const auto persons = static_cast<double>(context_.population.values()[part.cell]);
        means_[r][area].by_persons.add(value, persons > 0 ? persons * part.share : 0.0);
      }
  }
}

double AlertSearch::value_of(const AlertRuleSpec& rule, std::size_t number, std::size_t area, const Past& past) const {
  const AreaScore& score = past.areas[area];
  switch (rule.on) {
    case On::score:
      return score.score;
    case On::change:
      return score.change;
    case On::rank:
      return score.rank > 0 ? score.rank : not_observed;
    case On::coverage:
      return score.coverage;
    case On::indicator: {
      const Means& means = means_[number][area];
      return means.by_persons.all > 0 ? means.by_persons.mean() : means.by_share.mean();
    }
    case On::hotspot:
      // Where nothing was observed a hotspot that is not seen may well stand.
      if (past.hotspot(area) == nullptr && !(score.coverage > 0)) return not_observed;
      return past.hotspot(area) != nullptr ? 1 : 0;
    case On::pillars:
      return agreeing(number, area, past);
    case On::expert:
      return 0;
  }
  return not_observed;
}

/// How many pillars reach their least. One that was not observed may reach it as well: then a lower number than the
/// last one that is known says nothing.
double AlertSearch::agreeing(std::size_t number, std::size_t area, const Past& past) const {
  const std::vector<double>& scores = past.areas[area].pillars;
  double count = 0;
  bool all = !scores.empty(), any = false;
  for (const double score : scores) {
    all = all && !std::isnan(score);
    any = any || !std::isnan(score);
    if (score >= spec_.rules[number].of_least) ++count;
  }
  if (all) return count;
  if (!any) return not_observed;
  for (auto before = past_.rbegin() + 1; before != past_.rend(); ++before)
    if (const double known = before->values[number][area]; !std::isnan(known))
      return count < known ? not_observed : count;
  return count;
}

void AlertSearch::end_period(const Period& period, std::span<const AreaScore> areas, const HotspotPeriod* hotspots) {
  past_.push_back({period, {areas.begin(), areas.end()}, {}, {}, {}, {}});
  Past& past = past_.back();
  past.hotspot_of_area.assign(areas.size(), none);
  if (hotspots != nullptr) {
    for (const Hotspot& hotspot : hotspots->hotspots)
      if (hotspot.kind == "hot") past.hotspots.push_back(hotspot);
    for (std::size_t h = 0; h < past.hotspots.size(); ++h)  // the most significant come first
      for (const std::size_t area : past.hotspots[h].areas)
        if (past.hotspot_of_area[area] == none) past.hotspot_of_area[area] = h;
  }
  for (std::size_t r = 0; r < spec_.rules.size(); ++r) {
    past.values.emplace_back();
    past.words.push_back(indicators_[r] == none
                             ? std::vector<std::string>{}
                             : scenario_.indicators[indicators_[r]].measure->words(context_, period));
    for (std::size_t area = 0; area < areas.size(); ++area)
      past.values.back().push_back(value_of(spec_.rules[r], r, area, past));
  }
}

std::string AlertSearch::why(std::size_t r, std::size_t area, const Past& past, double value,
                             const AlertStep& step) const {
  const AlertRuleSpec& rule = spec_.rules[r];
  if (step.state == AlertState::blind)
    return "nobody could look in this period, so it is not known whether it goes on; it stands until that is known";
  const double bound = bound_of(rule, rule.rule.raise, step.level);
  const bool reached = rule.falling() ? value <= bound : value >= bound;
  const std::string verb = reached ? "reaches" : "no longer reaches";
  switch (rule.on) {
    case On::score:
      return fmt::format("the score, {}, {} {}", number(value), verb, number(bound));
    case On::change:
      return fmt::format("the score moved by {:+.3g} in a period, which {} {:+.3g}", value, verb, bound);
    case On::rank:
      return fmt::format("rank {:.0f} of {} areas {} rank {:.0f}", value, past.areas.size(), verb, bound);
    case On::coverage:
      return fmt::format("{:.0f} % of the index's weight was observed, {} {:.0f} %", 100 * value,
                         reached ? "no more than" : "again more than", 100 * bound);
    case On::indicator: {
      const Indicator& indicator = scenario_.indicators[indicators_[r]];
      const std::string& named = indicator.name.empty() ? indicator.id : indicator.name;
      if (!past.words[r].empty() && !past.words[r][area].empty()) {
        const bool fell = step.state == AlertState::lowered || step.state == AlertState::cleared;
        return fmt::format("{}: {}{}", named, past.words[r][area],
                           fell ? "; what came before is part of that past by now: lower does not mean fewer" : "");
      }
      return fmt::format("{} is {} ({}), which {} {}", named, number(value), indicator.measure->unit(), verb,
                         number(bound));
    }
    case On::pillars:
      return why_pillars(rule, area, past, value, verb, bound);
    case On::expert:
      return "the judgement has ended";
    case On::hotspot:
      if (const Hotspot* hotspot = past.hotspot(area))
        return fmt::format("hotspot {} stands here, since {}{}", hotspot->id, hotspot->since,
                           hotspot->place.empty()
                               ? ""
                               : fmt::format("; {} lies {:.0f} km from its centre", hotspot->place, hotspot->place_km));
      return "no hotspot stands here any more";
  }
  return {};
}

std::string AlertSearch::why_pillars(const AlertRuleSpec& rule, std::size_t area, const Past& past, double value,
                                     const std::string& verb, double bound) const {
  std::string named;
  const std::vector<double>& scores = past.areas[area].pillars;
  for (std::size_t p = 0; p < scores.size(); ++p)
    if (scores[p] >= rule.of_least)
      named += fmt::format("{}{} {}", named.empty() ? "" : ", ", pillars_[p], number(scores[p]));
  return fmt::format("{:.0f} of {} pillars {} {} or more{}, which {} {:.0f}", value, pillars_.size(),
                     value == 1 ? "has" : "have", number(rule.of_least),
                     named.empty() ? "" : fmt::format(" ({})", named), verb, bound);
}

std::string AlertSearch::sure(const AlertRuleSpec& rule, std::size_t area, const Past& past) const {
  const double coverage = past.areas[area].coverage;
  std::string text = std::isnan(coverage) ? "nothing was observed"
                                          : fmt::format("{:.0f} % of the index's weight was observed", 100 * coverage);
  const Hotspot* hotspot = past.hotspot(area);
  if (rule.on == On::hotspot && hotspot != nullptr)
    text += fmt::format("; q {:.2g}, stood in {:.0f} % of the placements", hotspot->q, 100 * hotspot->stood);
  return text;
}

/// By how much the contribution of each indicator moved since the period before (in the first: what it is), the largest
/// rise first.
std::vector<std::pair<double, std::size_t>> AlertSearch::rises(std::size_t area, std::size_t period) const {
  std::vector<std::pair<double, std::size_t>> moved;
  const std::vector<double>& now = past_[period].areas[area].contributions;
  if (now.empty()) return moved;
  const std::vector<double> before = period > 0 ? past_[period - 1].areas[area].contributions : std::vector<double>{};
  if (period > 0 && before.empty()) return moved;  // not observed: nothing to compare with
  for (std::size_t i = 0; i < now.size(); ++i) moved.emplace_back(now[i] - (before.empty() ? 0.0 : before[i]), i);
  std::stable_sort(moved.begin(), moved.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  return moved;
}

/// The rule's own; or that of what it looks at, or else of what rose most: by indicator, then by pillar. The loss of
/// sight is a matter of access, whatever else moved.
std::string AlertSearch::action(const AlertRuleSpec& rule, std::size_t area, std::size_t period) const {
  if (!rule.action.empty()) return rule.action;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < scenario_.indicators.size(); ++i)
    if (rule.on == On::coverage ? scenario_.indicators[i].measure->mask() != nullptr
                                : rule.on == On::indicator && scenario_.indicators[i].id == rule.of)
      order.push_back(i);
  if (rule.on != On::coverage)
    for (const auto& [rise, indicator] : rises(area, period))
      if (rise >= least_moved) order.push_back(indicator);
  for (const std::size_t indicator : order)
    for (const std::string& key : {scenario_.indicators[indicator].id, scenario_.indicators[indicator].pillar})
      if (const auto found = spec_.actions.find(key); found != spec_.actions.end()) return found->second;
  return {};
}

Alert AlertSearch::tell(std::size_t r, std::size_t area, std::size_t period, const AlertStep& step) const {
  const AlertRuleSpec& rule = spec_.rules[r];
  const Past& past = past_[period];
  Alert alert;
  alert.rule = rule.name;
  alert.area = area;
  alert.period = period;
  alert.since = past_[step.since].period.label;
  alert.id = fmt::format("{}/{}/{}", rule.name, context_.areas.codes[area], alert.since);
  alert.level = name(step.level);
  alert.state = name(step.state);
  alert.value = past.values[r][area];
  alert.threshold = bound_of(rule, rule.rule.raise, step.level);
  alert.coverage = past.areas[area].coverage;
  alert.why = why(r, area, past, alert.value, step);
  if (step.state == AlertState::suppressed && !step.judged)
    alert.why += rule.unless.empty()
                     ? "; not raised: the last alert was cleared a short time ago"
                     : fmt::format("; not raised while '{}' stands, or shortly after the last alert", rule.unless);
  alert.sure = sure(rule, area, past);
  for (const auto& [rise, indicator] : rises(area, period))
    if (period > 0 && std::abs(rise) >= least_moved)
      alert.changed +=
          fmt::format("{}{} {:+.1f}", alert.changed.empty() ? "" : "; ", scenario_.indicators[indicator].id, rise);
  alert.clears = clears(rule, step.level);
  alert.action = action(rule, area, period);
  return alert;
}

/// What the expert says goes first, and beside it what the rule alone says: neither hides the other.
void AlertSearch::tell_expert(Alert& alert, const AlertRuleSpec& rule, const AlertStep& step,
                              const ExpertJudgement& expert) const {
  const bool raises = expert.level != AlertLevel::none;
  alert.expert = expert.by;
  const std::string alone = rule.on == On::expert     ? std::string()
                            : std::isnan(alert.value) ? "; by the rule alone: not observed"
                                                      : fmt::format("; by the rule alone: {}", alert.why);
  alert.why = fmt::format("{} by {}: {}{}",
                          raises                                 ? "raised"
                          : step.state == AlertState::suppressed ? "not raised"
                                                                 : "cleared",
                          expert.by, expert.why, alone);
  alert.sure = fmt::format("a judgement, not a measurement; {}", alert.sure);
  const std::string until = expert.to ? fmt::format("until {}", to_string(*expert.to)) : "until it is taken back";
  alert.clears = fmt::format("the judgement holds {}{}", until, rule.on == On::expert ? "" : ", then the rule does");
  if (rule.on == On::expert) alert.value = alert.threshold = not_observed;
}

std::vector<const ExpertJudgement*> AlertSearch::judgements(const AlertRuleSpec& rule, std::size_t area) const {
  std::vector<const ExpertJudgement*> result(past_.size(), nullptr);
  for (std::size_t e = 0; e < spec_.experts.size(); ++e) {
    const ExpertJudgement& expert = spec_.experts[e];
    const bool of_all = expert.rule.empty() && (expert.level == AlertLevel::none || rule.on == On::expert);
    if (expert_areas_[e] != area || !(of_all || expert.rule == rule.name)) continue;
    for (std::size_t t = 0; t < past_.size(); ++t)
      if (touches(expert, past_[t].period)) result[t] = &expert;
  }
  return result;
}

std::vector<AlertStep> AlertSearch::follow(std::size_t r, std::size_t area, const std::vector<std::uint8_t>& suppressed,
                                           const std::vector<const ExpertJudgement*>& experts) const {
  const AlertRuleSpec& rule = spec_.rules[r];
  std::vector<double> values;
  std::vector<AlertJudgement> judgements;
  for (const Past& past : past_) values.push_back(rule.falling() ? -past.values[r][area] : past.values[r][area]);
  for (const ExpertJudgement* expert : experts)
    judgements.push_back(expert == nullptr ? AlertJudgement{}
                                           : AlertJudgement{expert->level, expert->level == AlertLevel::none});
  return follow_alert(values, suppressed, rule.rule, judgements);
}

std::vector<Alert> AlertSearch::alerts() const {
  std::map<std::string, std::vector<std::vector<std::uint8_t>>> standing;  // by rule's name, area and period
  std::vector<Alert> result;
  for (std::size_t r = 0; r < spec_.rules.size(); ++r) {
    const AlertRuleSpec& rule = spec_.rules[r];
    auto& own = standing[rule.name];
    for (std::size_t area = 0; area < context_.areas.size(); ++area) {
      const std::vector<std::uint8_t> suppressed =
          rule.unless.empty() ? std::vector<std::uint8_t>{} : standing.at(rule.unless)[area];
      own.emplace_back();
      const std::vector<const ExpertJudgement*> experts = judgements(rule, area);
      const std::vector<AlertStep> steps = follow(r, area, suppressed, experts);
      for (std::size_t t = 0; t < steps.size(); ++t) {
        const AlertState state = steps[t].state;
        const bool silent = state == AlertState::quiet || state == AlertState::unseen;
        own.back().push_back(silent || state == AlertState::suppressed || state == AlertState::cleared ? 0 : 1);
        if (silent) continue;
        result.push_back(tell(r, area, t, steps[t]));
        if (steps[t].judged) tell_expert(result.back(), rule, steps[t], *experts[t]);
      }
    }
  }
  const auto height = [](const Alert& alert) { return alert.level == "alert" ? 3 : alert.level == "warning" ? 2 : 1; };
  std::stable_sort(result.begin(), result.end(), [&](const Alert& a, const Alert& b) {
    return std::pair(a.period, -height(a)) < std::pair(b.period, -height(b));
  });
  return result;
}

}  // namespace tocsin
