#include <algorithm>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/index_layout.hpp>

namespace tocsin {

IndexLayout layout_of(const Scenario& scenario) {
  IndexLayout layout;
  for (std::size_t i = 0; i < scenario.indicators.size(); ++i) {
    const Indicator& indicator = scenario.indicators[i];
    if (indicator.role == Role::exposure) layout.exposure.push_back(i);
    if (indicator.role == Role::reporting) layout.reporting.push_back(i);
    if (indicator.role != Role::risk || indicator.weight <= 0) continue;
    auto pillar = std::find_if(layout.pillars.begin(), layout.pillars.end(),
                               [&](const IndexLayout::Pillar& known) { return known.id == indicator.pillar; });
    if (pillar == layout.pillars.end())
      pillar = layout.pillars.insert(layout.pillars.end(), {indicator.pillar, 0, {}, {}});
    pillar->indicators.push_back(i);
    pillar->indicator_weights.push_back(indicator.weight);
    pillar->weight += indicator.weight;
  }
  for (IndexLayout::Pillar& pillar : layout.pillars) {
    if (const auto given = scenario.index.pillar_weights.find(pillar.id); given != scenario.index.pillar_weights.end())
      pillar.weight = given->second;
    layout.total_weight += pillar.weight;
  }
  if (!(layout.total_weight > 0))
    throw Error(ErrorCode::scenario, "no indicator with role \"risk\" has a weight above 0: there is nothing to score");
  return layout;
}

}  // namespace tocsin
