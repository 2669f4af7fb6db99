#include "compare_findings.hpp"

#include <algorithm>
#include <cmath>

#include <tocsin/grid/raster.hpp>
#include <tocsin/hotspot/multiple_testing.hpp>

namespace tocsin::cli {
namespace {

CompareFinding finding_of(const ComparedUnit& unit, const ComparedSeries& series, std::size_t i,
                          const CompareOptions& options, double confidence) {
  CompareFinding finding;
  finding.persons = unit.persons;
  finding.by = series.by;
  finding.code = series.codes[i];
  finding.name = series.names[i];
  finding.placed_only = series.placed_only;
  finding.place = i;
  CountInTime earlier{series.earlier[i], series.earlier_days[i]}, later{series.later[i], series.later_days[i]};
  if (std::isnan(earlier.count) || std::isnan(later.count)) earlier.count = later.count = not_observed;
  if (options.exposure == "equal") earlier.exposure = later.exposure = 1;
  ComparisonOptions how;
  how.dispersion = unit.dispersion;
  how.confidence = confidence;
  how.method = options.method == "exact" ? ComparisonMethod::exact : ComparisonMethod::mid_p;
  finding.comparison = compare_counts(earlier, later, how);
  // What was observed is told even where it cannot be compared.
  finding.comparison.earlier.count = series.earlier[i];
  finding.comparison.later.count = series.later[i];
  finding.earlier_share = finding.later_share = {not_observed, {not_observed, not_observed}};
  if (std::isnan(finding.comparison.ratio.ratio)) {
    finding.q = finding.chance_up = finding.chance_half_up = not_observed;
    return finding;
  }
  finding.q = finding.comparison.p;
  const CountInTime a{earlier.count / unit.dispersion, earlier.exposure},
      b{later.count / unit.dispersion, later.exposure};
  finding.chance_up = chance_ratio_above(1, a, b);
  finding.chance_half_up = chance_ratio_above(1.5, a, b);
  return finding;
}

/// Shares of one period, of the series that were observed in it.
void add_shares(std::vector<CompareFinding>& findings, const ComparedUnit& unit, const CompareOptions& options,
                CountInTime Comparison::*period, Share CompareFinding::*share) {
  std::vector<double> counts;
  for (const CompareFinding& finding : findings) {
    const double count = (finding.comparison.*period).count;
    if (!std::isnan(count)) counts.push_back(count / unit.dispersion);
  }
  const std::vector<Share> shares = simultaneous_shares(counts, options.confidence);
  std::size_t next = 0;
  for (CompareFinding& finding : findings)
    if (!std::isnan((finding.comparison.*period).count)) finding.*share = shares[next++];
}

/// Areas observed in part have other days: their counts have no common whole then.
bool has_shares(const ComparedSeries& series, const std::vector<double>& days) {
  return series.by != "areas" || std::all_of(days.begin(), days.end(), [&](double d) { return d == days.front(); });
}

std::vector<CompareFinding> split_of(const ComparedUnit& unit, const ComparedSeries& series,
                                     const CompareOptions& options) {
  std::vector<CompareFinding> findings;
  std::vector<double> p;
  std::size_t looked_at = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    findings.push_back(finding_of(unit, series, i, options, options.confidence));
    const bool tested = !std::isnan(findings.back().comparison.ratio.ratio);
    p.push_back(tested ? findings.back().comparison.p : not_observed);
    looked_at += tested;
  }
  const std::vector<double> q = adjusted(p, Correction::benjamini_hochberg);
  const double level = 1 - options.confidence;
  const auto found = static_cast<double>(std::ranges::count_if(q, [&](double value) { return value <= level; }));
  for (std::size_t i = 0; i < findings.size(); ++i) {
    // Intervals at the level that the correction has left say the same as q: those found keep their share of false ones
    // (Benjamini and Yekutieli 2005, JASA 100:71), the others hold no change at all.
    const double left =
        level * (q[i] <= level ? found : found + 1) / static_cast<double>(std::max<std::size_t>(1, looked_at));
    if (!std::isnan(q[i])) findings[i] = finding_of(unit, series, i, options, 1 - std::min(level, left));
    findings[i].q = q[i];
    findings[i].looked_at = looked_at;
  }
  if (has_shares(series, series.earlier_days))
    add_shares(findings, unit, options, &Comparison::earlier, &CompareFinding::earlier_share);
  if (has_shares(series, series.later_days))
    add_shares(findings, unit, options, &Comparison::later, &CompareFinding::later_share);
  std::stable_sort(findings.begin(), findings.end(), [](const CompareFinding& a, const CompareFinding& b) {
    const bool a_known = !std::isnan(a.q), b_known = !std::isnan(b.q);
    return a_known != b_known ? a_known : a_known && a.comparison.p < b.comparison.p;
  });
  return findings;
}

}  // namespace

CompareFindings findings_of(const ComparedCounts& counts, const CompareOptions& options) {
  CompareFindings findings;
  for (const ComparedUnit& unit : counts.units) {
    findings.all.push_back(finding_of(unit, unit.all, 0, options, options.confidence));
    for (const ComparedSeries& series : unit.split) findings.split.push_back(split_of(unit, series, options));
  }
  return findings;
}

}  // namespace tocsin::cli
