#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/indicators/hotspot_spec.hpp>

namespace tocsin {

/// What one period's placements say of each place; parallel columns, NaN where undefined.
///
/// The permutations are shared over the placements and pooled: of all maps that a placement and a deal make, the share
/// on which the statistic is at least as extreme, (number + 1) / (maps + 1).
class HotspotEvidence {
 public:
  /// @param placements  how many will be added
  HotspotEvidence(const HotspotSpec& spec, std::size_t places, int placements);

  /// Adds one placement's values. @throws Error cancelled
  /// @param exposure  by place, for the excess of events; else empty
  void add(std::span<const double> values, const Neighbours& neighbours, std::span<const double> exposure,
           Progress& progress);
  /// After the last placement.
  /// @param values  what the outputs show: of several placements, their mean
  /// @param events  by place; empty where the statistic looks at no events
  void finish(std::vector<double> values, const Neighbours& neighbours, std::vector<double> events,
              std::span<const double> exposure);

  [[nodiscard]] const std::vector<double>& values() const { return values_; }
  [[nodiscard]] const std::vector<double>& events() const { return events_; }
  [[nodiscard]] const std::vector<double>& z() const { return table_.local.z; }
  /// Two-sided pseudo p, of the pooled tails.
  [[nodiscard]] const std::vector<double>& p() const { return p_; }
  [[nodiscard]] const std::vector<double>& q() const { return table_.q; }
  [[nodiscard]] const std::vector<Standing>& standing() const { return table_.standing; }
  [[nodiscard]] std::size_t placements() const { return tails_.size(); }
  /// True when a place stood as it does in all, by the p of one placement alone.
  [[nodiscard]] bool stood(std::size_t placement, std::size_t place) const;

 private:
  /// Shares of one placement's maps in the tails of each place.
  struct Tails {
    std::vector<float> greater, less;
  };
  const HotspotSpec& spec_;
  HotspotOptions options_;  ///< of one placement
  std::vector<Tails> tails_;
  std::vector<double> draws_;  ///< by place: over all placements; 0 where all tails are exact
  double least_p_ = 0;         ///< the largest p that is significant
  std::vector<double> values_, events_, p_;
  HotspotTable table_;
};

}  // namespace tocsin
