#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/scan/sites.hpp>

namespace tocsin {

/// Draws cases under the null hypothesis, given their number. Replicates may be drawn by many threads.
class NullDraws {
 public:
  NullDraws(const ScanSites& sites, ScanModel model, std::uint64_t seed);

  /// Cases in each replicate: the total, rounded.
  [[nodiscard]] std::int64_t cases() const { return cases_; }
  /// Calls add(cell) once for each case of a replicate; the cell is site x intervals + interval.
  template <typename Add>
  void draw(std::uint32_t replicate, const Add& add) const {
    std::vector<std::uint32_t> cells(static_cast<std::size_t>(cases_));
    draw_cells(replicate, cells);
    for (const std::uint32_t cell : cells) add(cell);
  }

 private:
  void draw_cells(std::uint32_t replicate, std::span<std::uint32_t> cells) const;
  void build_alias(std::span<const double> weights);
  void list_persons(const ScanSites& sites);
  void list_cases(const ScanSites& sites);

  ScanModel model_;
  std::uint64_t seed_;
  std::int64_t cases_;
  /// Poisson: Walker's alias table over the cells that have any measure (Vose 1991). A cell is kept where 32 random
  /// bits are below `keep`; its probability is true to 2^-32 of a cell's share.
  struct Alias {
    std::uint32_t keep;
    std::array<std::uint32_t, 2> cells;  ///< kept, and the other: chosen without a branch, which would be guessed wrong
  };
  std::vector<Alias> alias_;
  std::vector<std::uint32_t> persons_;                  ///< Bernoulli: the cell of each person
  std::vector<std::uint32_t> first_cells_, intervals_;  ///< permutation: of each case, first cell of its site; interval
};

}  // namespace tocsin
