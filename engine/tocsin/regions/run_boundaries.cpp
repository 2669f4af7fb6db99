#include <algorithm>
#include <limits>

#include <tocsin/regions/run_boundaries.hpp>

namespace tocsin {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// Runs [begin, end).
struct RowOfRuns {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The west side of run k is number 2k and is walked north, the east side is number 2k + 1 and is walked south: the
/// cells are to the right. Numbers of the sides in a row rise with their columns.
struct Side {
  std::size_t next = none;         ///< the side that follows in the ring
  std::size_t saddle_from = none;  ///< the number of the saddle at which it begins, if there is one
  std::size_t saddle_to = none;    ///< and at which it ends
};

bool is_west(std::size_t side) {
  return side % 2 == 0;
}

/// Joins the sides of the runs to rings. A saddle is a corner at which two flagged cells meet that share no edge; there
/// each ring turns right, stays with its cell.
class SideLinks {
 public:
  explicit SideLinks(std::span<const CellRun> runs) : runs_(runs), sides_(2 * runs.size()) {
    RowOfRuns above;
    for (std::size_t begin = 0; begin < runs.size();) {
      RowOfRuns row{begin, begin};
      while (row.end < runs.size() && runs[row.end].row == runs[begin].row) ++row.end;
      if (above.begin < above.end && runs[above.begin].row + 1 != runs[begin].row) {
        link(above, {});
        above = {};
      }
      link(above, row);
      above = row;
      begin = row.end;
    }
    link(above, {});
  }

  [[nodiscard]] const std::vector<Side>& sides() const { return sides_; }
  [[nodiscard]] std::size_t saddles() const { return saddles_; }
  [[nodiscard]] std::int64_t column(std::size_t side) const {
    return is_west(side) ? runs_[side / 2].first : runs_[side / 2].end;
  }
  /// Row of the lattice at which a side ends.
  [[nodiscard]] std::int64_t row_of_end(std::size_t side) const {
    return runs_[side / 2].row + (is_west(side) ? 0 : 1);
  }

 private:
  /// Walks the line between two rows from west to east. Between a side that ends or begins there and the next one lies
  /// an edge of the boundary if exactly one of the rows is flagged: of the row below it is walked east, of the row
  /// above west.
  void link(RowOfRuns above, RowOfRuns below) {
    std::size_t i = 2 * above.begin, j = 2 * below.begin;
    const std::size_t i_end = 2 * above.end, j_end = 2 * below.end;
    bool flagged_above = false, flagged_below = false;
    std::size_t open = none;
    while (i < i_end || j < j_end) {
      const bool both = i < i_end && j < j_end;
      const bool meet = both && column(i) == column(j);
      if (meet && is_west(i) == is_west(j)) {  // the side goes straight on
        if (is_west(i))
          sides_[j].next = i;
        else
          sides_[i].next = j;
        flagged_above = flagged_below = is_west(i);
        ++i;
        ++j;
        continue;
      }
      if (meet) mark_saddle(i, j);
      // At a saddle the run that ends comes before the one that begins.
      const bool take_above = both ? (meet ? !is_west(i) : column(i) < column(j)) : i < i_end;
      const std::size_t side = take_above ? i++ : j++;
      if (open != none) {
        if (flagged_below)
          sides_[open].next = side;
        else
          sides_[side].next = open;
        open = none;
      }
      (take_above ? flagged_above : flagged_below) = is_west(side);
      if (flagged_above != flagged_below) open = side;
    }
  }

  void mark_saddle(std::size_t above, std::size_t below) {
    // An east side of the row above and a west side of the row below arrive at the line; the others begin there.
    const auto which = is_west(above) ? &Side::saddle_from : &Side::saddle_to;
    sides_[above].*which = sides_[below].*which = saddles_++;
  }

  std::span<const CellRun> runs_;
  std::vector<Side> sides_;
  std::size_t saddles_ = 0;
};

/// Begins a simple ring where it should and says what it is.
LatticeRing finished(std::vector<LatticePoint> corners, std::size_t run) {
  const auto first = std::min_element(corners.begin(), corners.end(), [](const LatticePoint& a, const LatticePoint& b) {
    return a.row != b.row ? a.row < b.row : a.column < b.column;
  });
  std::rotate(corners.begin(), first, corners.end());
  // The northernmost and westernmost corner points outwards: clockwise is to leave it eastwards.
  const RingRole role = corners[1].row == corners[0].row ? RingRole::outer : RingRole::hole;
  return {std::move(corners), role, run};
}

/// Collects the corners of one walk and cuts off a ring wherever the walk comes back to a saddle, so that no ring
/// touches itself.
class RingCutter {
 public:
  explicit RingCutter(std::size_t saddles) : position_of_saddle_(saddles, none) {}

  void visit(const LatticePoint& corner, std::size_t saddle, std::size_t run, std::vector<LatticeRing>& rings) {
    if (saddle != none && position_of_saddle_[saddle] != none) {
      const std::size_t begin = position_of_saddle_[saddle];
      rings.push_back(finished({corners_.begin() + static_cast<std::ptrdiff_t>(begin), corners_.end()}, run));
      forget_from(begin + 1);
      return;
    }
    if (saddle != none) position_of_saddle_[saddle] = corners_.size();
    corners_.push_back(corner);
    saddles_.push_back(saddle);
  }

  void close(std::size_t run, std::vector<LatticeRing>& rings) {
    rings.push_back(finished(corners_, run));
    forget_from(0);
  }

 private:
  void forget_from(std::size_t position) {
    for (std::size_t i = position; i < saddles_.size(); ++i)
      if (saddles_[i] != none) position_of_saddle_[saddles_[i]] = none;
    corners_.resize(position);
    saddles_.resize(position);
  }

  std::vector<LatticePoint> corners_;
  std::vector<std::size_t> saddles_;  ///< beside corners_
  std::vector<std::size_t> position_of_saddle_;
};

}  // namespace

std::vector<LatticeRing> boundary_rings(std::span<const CellRun> runs) {
  const SideLinks links(runs);
  const std::vector<Side>& sides = links.sides();
  std::vector<bool> walked(sides.size());
  std::vector<LatticeRing> rings;
  RingCutter cutter(links.saddles());
  for (std::size_t start = 0; start < sides.size(); ++start) {
    if (walked[start]) continue;
    for (std::size_t side = start; !walked[side]; side = sides[side].next) {
      walked[side] = true;
      const std::size_t next = sides[side].next;
      if (links.column(side) == links.column(next)) continue;  // straight on
      const std::int64_t row = links.row_of_end(side);
      cutter.visit({links.column(side), row}, sides[side].saddle_to, start / 2, rings);
      cutter.visit({links.column(next), row}, sides[next].saddle_from, start / 2, rings);
    }
    cutter.close(start / 2, rings);
  }
  return rings;
}

}  // namespace tocsin
