#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <vector>

#include <tocsin/indicators/area_join.hpp>

namespace tocsin {

/// Where somebody counts movements, by the rows that units of any edition have.
///
/// A unit is monitored from a lead before its first row to a grace after its last one. An area is observed in a window
/// where units that are monitored make up all of it on each of its days, and where none of its units is in doubt: units
/// of two editions that tell of the same ground in the window, and have rows side by side over time, such as a county
/// and the half that was made of it. Somebody used the codes of one edition for both, and what they mean is not known.
class MonitoredUnits {
 public:
  MonitoredUnits(Day window_first, Day window_last, int lead_days, int grace_days)
      : first_(window_first), last_(window_last), lead_(lead_days), grace_(grace_days) {}
  void add(const UnitOfEdition& unit, std::span<const AreaPart> parts, Day day);
  /// By area.
  [[nodiscard]] std::vector<bool> observed(std::size_t areas) const;

 private:
  struct Rows {
    Day first, last;
    bool in_window = false;
    std::span<const AreaPart> parts;
  };
  struct OfArea {
    UnitOfEdition unit;
    const Rows* rows = nullptr;
    double of_area = 0;
  };
  [[nodiscard]] bool covered(std::span<const OfArea> units) const;
  static void find_doubtful(std::span<const OfArea> units, std::set<UnitOfEdition>& doubtful);

  Day first_, last_;
  std::chrono::days lead_, grace_;
  std::map<UnitOfEdition, Rows> units_;
};

}  // namespace tocsin
