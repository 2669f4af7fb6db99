#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tocsin/indicators/hotspot_evidence.hpp>
#include <tocsin/indicators/hotspot_names.hpp>
#include <tocsin/indicators/hotspot_places.hpp>
#include <tocsin/ports/hotspot_result.hpp>
#include <tocsin/regions/region_history.hpp>

namespace tocsin {

/// Joins the significant places of each period into hotspots, names them and follows them through the periods.
class HotspotRegions {
 public:
  explicit HotspotRegions(const HotspotSpec& spec) : spec_(spec) {}

  /// The periods in order.
  HotspotPeriod add(const Period& period, const HotspotEvidence& evidence, const HotspotPlaces& places,
                    const MeasureContext& context);

 private:
  /// Hot and cold ones are followed each by themselves.
  struct Kind {
    Standing standing = Standing::high;
    std::string name;
    std::optional<RegionHistory> history;
    std::map<std::uint64_t, std::string> names;  ///< of those that stood last, by id
  };
  void add_kind(Kind& kind, const Period& period, const HotspotEvidence& evidence, const HotspotPlaces& places,
                const MeasureContext& context, HotspotPeriod& result);
  [[nodiscard]] Hotspot hotspot_of(const Kind& kind, const Region& region, const RegionRecord& record,
                                   const HotspotEvidence& evidence, const HotspotPlaces& places,
                                   const HotspotNames& names, const Period& period) const;

  const HotspotSpec& spec_;
  std::vector<std::string> periods_;  ///< labels
  Kind hot_{Standing::high, "hot", {}, {}}, cold_{Standing::low, "cold", {}, {}};
};

}  // namespace tocsin
