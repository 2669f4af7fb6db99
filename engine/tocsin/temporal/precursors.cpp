#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/temporal/precursors.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Cell {
  std::size_t series = 0, period = 0;
};

/// The first periods of surges, and the periods without one.
struct Outcome {
  std::vector<Cell> onsets, others;
};

Outcome outcome_of(const Panel& panel, const SurgeRule& rule) {
  const std::vector<SurgeState> states = surges(panel, rule);
  const std::size_t length = panel.periods.size();
  Outcome outcome;
  for (std::size_t s = 0; s < panel.size(); ++s)
    for (std::size_t t = 1; t < length; ++t) {
      const SurgeState now = states[s * length + t];
      if (now == SurgeState::usual) outcome.others.push_back({s, t});
      if (now == SurgeState::surge && states[s * length + t - 1] != SurgeState::surge) outcome.onsets.push_back({s, t});
    }
  return outcome;
}

struct Preceded {
  int known = 0, raised = 0;
  [[nodiscard]] double share() const { return known == 0 ? nan : static_cast<double>(raised) / known; }
};

/// How many cells the indicator precedes by some periods.
/// @param turns  by series, the periods by which it is turned; empty: none
Preceded preceded(const std::vector<Cell>& cells, const std::vector<SurgeState>& raised, std::size_t length,
                  std::size_t lead, const std::vector<std::uint32_t>& turns) {
  Preceded result;
  for (const Cell& cell : cells) {
    if (cell.period < lead) continue;
    std::size_t at = cell.period - lead;
    if (!turns.empty()) at = (at + turns[cell.series]) % length;
    const SurgeState state = raised[cell.series * length + at];
    if (state == SurgeState::unknown) continue;
    ++result.known;
    result.raised += state == SurgeState::surge ? 1 : 0;
  }
  return result;
}

std::vector<LeadTime> of_precursor(const Outcome& outcome, const Precursor& precursor, std::size_t number,
                                   const LeadTimeOptions& options) {
  const std::vector<SurgeState> raised = surges(precursor.panel, options.raised);
  const std::size_t length = precursor.panel.periods.size();
  std::vector<LeadTime> rows;
  for (int lead = 1; lead <= options.longest_lead; ++lead) {
    const auto back = static_cast<std::size_t>(lead);
    const Preceded before = preceded(outcome.onsets, raised, length, back, {}),
                   usual = preceded(outcome.others, raised, length, back, {});
    LeadTime row{precursor.name, lead, before.known, before.raised, usual.known, usual.raised, nan, nan};
    if (usual.raised > 0) row.lift = before.share() / usual.share();
    if (before.known > 0) {
      std::vector<std::uint8_t> as_large(static_cast<std::size_t>(options.simulations));
      parallel_for(as_large.size(), [&](std::size_t i) {
        RandomStream random({options.seed, static_cast<std::uint32_t>(RandomPurpose::lead_time), number,
                             static_cast<std::uint32_t>(i)});
        std::vector<std::uint32_t> turns(precursor.panel.size());
        for (std::uint32_t& turn : turns) turn = random.below(static_cast<std::uint32_t>(length));
        as_large[i] = preceded(outcome.onsets, raised, length, back, turns).share() >= before.share() ? 1 : 0;
      });
      row.p = 1;
      for (const std::uint8_t each : as_large) row.p += each;
      row.p /= options.simulations + 1.0;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

void SurgeRule::validate() const {
  if (!(times > 0) || !(least > 0) || history < 1 || least_history < 1 || least_history > history)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a surge of {} times, at least {}, over a history of {} periods of which {} are observed: "
                            "above 0, above 0, and 1 <= observed <= history",
                            times, least, history, least_history));
}

void LeadTimeOptions::validate() const {
  surge.validate();
  raised.validate();
  if (longest_lead < 1 || simulations < 19)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("leads up to {} and {} simulations: at least 1 and 19", longest_lead, simulations));
}

std::vector<SurgeState> surges(const Panel& panel, const SurgeRule& rule) {
  rule.validate();
  const std::size_t length = panel.periods.size();
  std::vector<SurgeState> states(panel.values.size(), SurgeState::unknown);
  for (std::size_t s = 0; s < panel.size(); ++s)
    for (std::size_t t = 0; t < length; ++t) {
      const std::span<const double> series = panel.series(s);
      double sum = 0;
      int observed = 0;
      for (std::size_t k = t - std::min(t, static_cast<std::size_t>(rule.history)); k < t; ++k)
        if (!std::isnan(series[k])) {
          sum += series[k];
          ++observed;
        }
      if (std::isnan(series[t]) || observed < rule.least_history) continue;
      const bool high = series[t] >= rule.least && series[t] >= rule.times * sum / observed;
      states[s * length + t] = high ? SurgeState::surge : SurgeState::usual;
    }
  return states;
}

std::vector<LeadTime> lead_times(const Panel& outcome, std::span<const Precursor> precursors,
                                 const LeadTimeOptions& options, Progress& progress) {
  options.validate();
  const Outcome cells = outcome_of(outcome, options.surge);
  progress.stage("turning indicators", static_cast<std::int64_t>(precursors.size()));
  std::vector<LeadTime> rows;
  for (std::size_t i = 0; i < precursors.size(); ++i) {
    const Panel& panel = precursors[i].panel;
    if (panel.codes != outcome.codes || panel.periods != outcome.periods)
      throw Error(ErrorCode::shape_mismatch,
                  fmt::format("'{}' has other series or periods than the outcome", precursors[i].name));
    throw_if_cancelled(progress);
    const std::vector<LeadTime> own = of_precursor(cells, precursors[i], i, options);
    rows.insert(rows.end(), own.begin(), own.end());
    progress.advance();
  }
  return rows;
}

std::vector<LeadTime> lead_times(const Panel& outcome, std::span<const Precursor> precursors,
                                 const LeadTimeOptions& options) {
  Progress silent;
  return lead_times(outcome, precursors, options, silent);
}

}  // namespace tocsin
