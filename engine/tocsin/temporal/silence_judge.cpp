#include <algorithm>
#include <cmath>

#include <boost/math/distributions/negative_binomial.hpp>

#include <tocsin/temporal/silence_judge.hpp>

namespace tocsin {
namespace {

constexpr double rounding = 1e-9;  // of sums of shares of events

/// The chance of no event in a run of periods where so many are awaited, by the wider one of two: the rate is drawn
/// once for all of them, as different as periods were; or it is steady, events come in clusters, and the rate is known
/// no better than by the events that it rests on.
double chance_of_none(double awaited, double shape, double dispersion, double rests_on) {
  const auto drawn = [](double mean, double size) { return std::pow(size / (size + mean), size); };
  // Of clusters with a steady rate none comes by the chance d^(-mean / (d - 1)).
  const double clusters = dispersion > 1 ? std::log(dispersion) / (dispersion - 1) : 1;
  return std::max(drawn(awaited, std::max(shape, 0.5)), drawn(clusters * awaited, rests_on));
}

/// The chance of so few events or fewer, where the rate is drawn from a gamma distribution.
double chance_of_so_few(double known, double mean, double shape) {
  const double size = std::max(shape, 0.5);
  return boost::math::cdf(boost::math::negative_binomial(size, size / (size + mean)), std::floor(known + rounding));
}

}  // namespace

Silence SilenceJudge::of_period(const Cell& cell, double usual, double shape) const {
  if (std::isnan(usual)) return access_fell(cell) && cell.known == 0 ? Silence::blind : Silence::none;
  if (access_fell(cell)) return cell.known < usual * cell.share_if_open ? Silence::blind : Silence::none;
  const double mean = usual * cell.share;
  if (!(mean > 0) || cell.known >= mean) return Silence::none;
  return chance_of_so_few(cell.known, mean, shape) <= options_.silence_p ? Silence::fewer : Silence::none;
}

void SilenceJudge::follow_run(std::size_t series, std::size_t t, std::span<Silence> silence) {
  // Each period is a new look at the run, so that one is judged by a fifth of the chance.
  constexpr double of_looks = 0.2;
  const Cell& cell = cells_[at(series, t)];
  Run& run = run_[series];
  if (cell.known > rounding) {
    run = {true, {}, 0};
    return;
  }
  if (!run.may_begin || access_fell(cell)) return;  // while nobody can look, a silence neither grows nor ends
  if (!run.first) run.first = t;
  const UsualNumbers& usual = usual_[*run.first];
  if (std::isnan(usual.mean[series])) return;
  run.awaited += usual.mean[series] * cell.share * cell.lived;
  if (chance_of_none(run.awaited, usual.lower_shape, usual.dispersion[series], usual.rests_on[series]) >
      of_looks * options_.silence_p)
    return;
  for (std::size_t k = *run.first; k <= t; ++k)
    if (!access_fell(cells_[at(series, k)])) silence[at(series, k)] = Silence::fewer;
}

void SilenceJudge::add(std::size_t t, UsualNumbers usual, std::span<Silence> silence) {
  usual_.push_back(std::move(usual));
  for (std::size_t s = 0; s < series_; ++s) {
    const Cell& cell = cells_[at(s, t)];
    silence[at(s, t)] = of_period(cell, usual_[t].mean[s] * cell.lived, usual_[t].lower_shape);
    follow_run(s, t, silence);
  }
}

std::optional<Day> SilenceJudge::mark_end(const ReportedEvents& events, std::span<const Period> periods, Day as_of,
                                          std::span<Silence> silence) const {
  std::optional<Day> end;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events.reported[i] <= as_of) end = std::max(end.value_or(Day::min()), events.last_day[i]);
  if (!end) return {};
  // So many should be known of whole periods without any that chance leaves fewer than 1 % of such silences.
  constexpr double surprising = 5;
  double awaited = 0;
  bool too_silent = false;
  std::size_t after = 0;
  while (after < periods.size() && periods[after].first <= *end) ++after;
  for (std::size_t t = after; t < periods.size(); ++t) {
    if (periods[t].last > as_of) continue;
    for (std::size_t s = 0; s < series_; ++s) {
      too_silent = too_silent || silence[at(s, t)] == Silence::fewer;
      // By what was usual when the records ended.
      if (const double usual = usual_[after].mean[s]; !std::isnan(usual)) awaited += usual * cells_[at(s, t)].share;
    }
  }
  if (!too_silent && awaited < surprising) return {};
  for (std::size_t t = after; t < periods.size(); ++t)
    for (std::size_t s = 0; s < series_; ++s)
      if (silence[at(s, t)] == Silence::none) silence[at(s, t)] = Silence::fewer_or_ended;
  return end;
}

}  // namespace tocsin
