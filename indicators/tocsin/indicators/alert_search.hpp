#pragma once

#include <memory>
#include <span>
#include <vector>

#include <tocsin/indicators/indicator_values.hpp>
#include <tocsin/indicators/scenario.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin {

/// Follows the alert rules of a scenario through its periods, in each area.
class AlertSearch {
 public:
  /// Asks `values` to keep what the rules look at.
  /// @throws Error scenario: an expert's judgement of an area that is not among the run's
  AlertSearch(const Scenario& scenario, const MeasureContext& context, IndicatorValues& values);

  void begin_period();
  /// Adds the band that was entered and evaluated last.
  void add(const IndicatorValues& values);
  /// @param hotspots  nullptr where none are looked for
  void end_period(const Period& period, std::span<const AreaScore> areas, const HotspotPeriod* hotspots);

  /// Once, after the last period: by period, the highest level first.
  [[nodiscard]] std::vector<Alert> alerts() const;

 private:
  /// What is known of a period.
  struct Past {
    Period period;
    std::vector<AreaScore> areas;
    std::vector<std::vector<std::string>> words;  ///< by rule and area; empty where the measure has none
    std::vector<std::vector<double>> values;      ///< by rule and area; not yet turned about
    std::vector<Hotspot> hotspots;
    std::vector<std::size_t> hotspot_of_area;  ///< the most significant one there, or beyond the last

    [[nodiscard]] const Hotspot* hotspot(std::size_t area) const {
      return hotspot_of_area[area] < hotspots.size() ? &hotspots[hotspot_of_area[area]] : nullptr;
    }
  };
  /// Weighted means over the cells of an area, by persons where they are known, like its score.
  struct Mean {
    double value = 0, observed = 0, all = 0;
    void add(double number, double weight);
    [[nodiscard]] double mean() const;
  };
  struct Means {
    Mean by_persons, by_share;
  };

  [[nodiscard]] double value_of(const AlertRuleSpec& rule, std::size_t number, std::size_t area,
                                const Past& past) const;
  [[nodiscard]] double agreeing(std::size_t rule, std::size_t area, const Past& past) const;
  [[nodiscard]] std::string why_pillars(const AlertRuleSpec& rule, std::size_t area, const Past& past, double value,
                                        const std::string& verb, double bound) const;
  /// By period, the judgement that counts for a rule in an area; nullptr where there is none.
  [[nodiscard]] std::vector<const ExpertJudgement*> judgements(const AlertRuleSpec& rule, std::size_t area) const;
  [[nodiscard]] std::vector<AlertStep> follow(std::size_t rule, std::size_t area,
                                              const std::vector<std::uint8_t>& suppressed,
                                              const std::vector<const ExpertJudgement*>& experts) const;
  void tell_expert(Alert& alert, const AlertRuleSpec& rule, const AlertStep& step, const ExpertJudgement& expert) const;
  [[nodiscard]] Alert tell(std::size_t rule, std::size_t area, std::size_t period, const AlertStep& step) const;
  [[nodiscard]] std::string why(std::size_t rule, std::size_t area, const Past& past, double value,
                                const AlertStep& step) const;
  [[nodiscard]] std::string sure(const AlertRuleSpec& rule, std::size_t area, const Past& past) const;
  [[nodiscard]] std::vector<std::pair<double, std::size_t>> rises(std::size_t area, std::size_t period) const;
  [[nodiscard]] std::string action(const AlertRuleSpec& rule, std::size_t area, std::size_t period) const;

  const Scenario& scenario_;
  const AlertSpec& spec_;
  const MeasureContext& context_;
  std::vector<std::string> pillars_;       ///< ids, as areas have their scores
  std::vector<std::size_t> expert_areas_;  ///< by judgement
  std::vector<std::size_t> indicators_;    ///< by rule, what it looks at; none for other rules
  std::vector<std::vector<Means>> means_;  ///< of the period, by rule and area
  std::vector<Past> past_;
};

}  // namespace tocsin
