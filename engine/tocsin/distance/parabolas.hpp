#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tocsin::detail {

/// Parabolas x -> (x - at)^2 + height over a line of cells, in order of `at`. All coordinates are whole numbers below
/// 2^25 in size, so that `key` and every comparison of two parabolas at a cell are exact in double.
///
/// A parabola is part of the lower envelope over the whole line exactly when (at, key) is a corner of the lower convex
/// hull of all such points, key = at^2 + height.
class Parabolas {
 public:
  void reserve(std::size_t count) {
    at_.resize(count);
    key_.resize(count);
    label_.resize(count);
    from_.resize(count + 1);
  }
  void clear() { size_ = 0; }
  /// @param at  larger than that of the one before
  void add(double at, double height, std::int32_t label) {
    at_[size_] = at;
    key_[size_] = at * at + height;
    label_[size_++] = label;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] double at(std::size_t i) const { return at_[i]; }
  [[nodiscard]] double height(std::size_t i) const { return key_[i] - at_[i] * at_[i]; }
  [[nodiscard]] std::int32_t label(std::size_t i) const { return label_[i]; }
  /// After cut(): the cells [from(i), from(i + 1)) are nearest to parabola i.
  [[nodiscard]] std::int32_t from(std::size_t i) const { return static_cast<std::int32_t>(from_[i]); }

  /// Drops those that lie above the chord of their two neighbours. Without a branch that could be guessed wrongly, it
  /// spares the two below most of their work.
  void drop_above_neighbours() {
    if (size_ < 3) return;
    std::size_t kept = 1;
    double west_at = at_[0], west_key = key_[0];
    for (std::size_t i = 1; i + 1 < size_; ++i) {
      const double at = at_[i], key = key_[i];
      const bool above = is_above(key - west_key, at - west_at, key_[i + 1] - key, at_[i + 1] - at);
      west_at = at;
      west_key = key;
      put(kept, i);
      kept += above ? 0 : 1;
    }
    put(kept, size_ - 1);
    size_ = kept + 1;
  }

  /// Keeps those of the lower envelope over the whole line, and perhaps some that only touch it.
  void keep_envelope() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      while (kept >= 2 && is_above(key_[kept - 1] - key_[kept - 2], at_[kept - 1] - at_[kept - 2],
                                   key_[i] - key_[kept - 1], at_[i] - at_[kept - 1]))
        --kept;
      put(kept++, i);
    }
    size_ = kept;
  }

  /// Keeps those that are lowest in one of the cells 0 .. cells - 1 and says from which cell on (Felzenszwalb and
  /// Huttenlocher 2012, with whole cells for the places where two parabolas meet). Of two that are equal in a cell the
  /// first wins, or with ids the one of the smaller id.
  /// @param ids  by label; read only with Ids
  template <bool Ids>
  void cut(std::int64_t cells, const std::int32_t* ids) {
    const double end = static_cast<double>(cells);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const double from = first_cell_won<Ids>(i, end, ids, kept);
      if (from >= end) continue;
      put(kept, i);
      from_[kept++] = from;
    }
    from_[kept] = end;
    size_ = kept;
  }

 private:
  void put(std::size_t to, std::size_t from) {
    at_[to] = at_[from];
    key_[to] = key_[from];
    label_[to] = label_[from];
  }

  /// Whether the middle one of three points lies above the chord of the others, from its rises and runs on both sides.
  /// The products may round; a point that is not surely above stays, which costs time and changes nothing.
  static bool is_above(double rise_west, double run_west, double rise_east, double run_east) {
    constexpr double rounding = 0x1p-51;
    const double west = rise_west * run_east, east = rise_east * run_west;
    return west - east > rounding * std::abs(east);
  }

  /// The first cell where parabola i beats those kept, after taking away those that it beats wherever they win.
  template <bool Ids>
  double first_cell_won(std::size_t i, double end, const std::int32_t* ids, std::size_t& kept) const {
    while (kept > 0) {
      const std::size_t top = kept - 1;
      const double rise = key_[i] - key_[top], twice_run = 2 * (at_[i] - at_[top]);
      const double level = from_[top] * twice_run;
      bool beaten = rise < level;
      if constexpr (Ids) beaten = beaten || (rise == level && ids[label_[i]] < ids[label_[top]]);
      if (beaten) {
        --kept;
        continue;
      }
      // They are equal at `meets`, never west of where the top one begins. Whole numbers below 2^52 divide without
      // rounding across a whole number.
      const double meets = rise / twice_run;
      if (meets >= end) return end;
      const double cell = static_cast<double>(static_cast<std::int32_t>(meets));
      if constexpr (Ids) {
        if (cell * twice_run == rise && ids[label_[i]] < ids[label_[top]]) return cell;
      }
      return cell + 1;
    }
    return 0;
  }

  std::vector<double> at_, key_, from_;
  std::vector<std::int32_t> label_;
  std::size_t size_ = 0;
};

}  // namespace tocsin::detail
