#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/distance/nearest_target.hpp>
#include <tocsin/distance/parabolas.hpp>
#include <tocsin/grid/raster.hpp>

namespace tocsin {
namespace {

/// Long enough that finding the targets around a strip costs little, short enough that few lie in it.
constexpr std::int64_t strip_rows = 64;
constexpr std::int32_t absent = std::int32_t{1} << 29;  // farther than any target, and one more for each row is no harm
constexpr std::size_t chunk = 4;                        // cells evaluated at a time

/// The cells of one strip of rows.
template <bool Ids>
class Strip {
 public:
  Strip(const TargetSpans& targets, std::int64_t first_row, std::int64_t rows)
      : targets_(targets),
        top_(static_cast<std::int32_t>(first_row)),
        bottom_(static_cast<std::int32_t>(first_row + rows)) {
    find_around();
    keep_reaching(above_);
    keep_reaching(below_);
    fill_vertical();
  }

  /// @param ids  null without Ids
  void evaluate_row(std::int64_t row, double cell_m, const CellWindow& window, float* distances, std::int32_t* ids) {
    const std::size_t count = candidates_.size(), from = static_cast<std::size_t>(row - top_) * stride_;
    parabolas_.clear();
    for (std::size_t k = 0; k < count; ++k) {
      const double vertical = vertical_[from + k];
      const auto column = targets_.columns[candidates_[k]] - static_cast<std::int32_t>(window.first_column);
      parabolas_.add(column, vertical * vertical, static_cast<std::int32_t>(k));
    }
    parabolas_.drop_above_neighbours();
    parabolas_.drop_above_neighbours();
    const std::int32_t* ids_of = Ids ? &vertical_ids_[from] : nullptr;
    parabolas_.template cut<Ids>(window.columns, ids_of);
    const auto columns = static_cast<std::size_t>(window.columns);
    line_.resize(columns + chunk);
    for (std::size_t i = 0; i < parabolas_.size(); ++i) evaluate(i, cell_m);
    std::copy_n(line_.begin(), columns, distances);
    if constexpr (Ids) {
      for (std::size_t i = 0; i < parabolas_.size(); ++i)
        std::fill(ids + parabolas_.from(i), ids + parabolas_.from(i + 1), ids_of[parabolas_.label(i)]);
    }
  }

 private:
  /// The nearest target cell of each column beyond one side of the strip.
  struct Beyond {
    std::vector<std::int32_t> rows;  ///< from the row next to the strip; `absent` where there is none
    std::vector<std::int32_t> ids;
  };

  /// Fills above_, below_, first_span_ and the columns with a target in the strip.
  void find_around() {
    const std::size_t count = targets_.columns.size();
    first_span_.resize(count);
    wanted_.assign(count, 0);
    for (Beyond* side : {&above_, &below_}) {
      side->rows.assign(count, absent);
      if constexpr (Ids) side->ids.assign(count, 0);
    }
    const TargetSpans::Span* spans = targets_.spans.data();
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t first = targets_.offsets[i], last = targets_.offsets[i + 1];
      std::size_t at = first;
      if (last - first > 8) {
        at = static_cast<std::size_t>(
            std::partition_point(spans + first, spans + last, [&](const auto& span) { return span.end_row <= top_; }) -
            spans);
      } else {
        while (at < last && spans[at].end_row <= top_) ++at;
      }
      first_span_[i] = at;
      if (at < last && spans[at].first_row < top_) {
        set(above_, i, 0, at);
      } else if (at > first) {
        set(above_, i, top_ - spans[at - 1].end_row, at - 1);
      }
      wanted_[i] = at < last && spans[at].first_row < bottom_ ? 1 : 0;
      while (at < last && spans[at].end_row <= bottom_) ++at;
      if (at < last) set(below_, i, std::max(0, spans[at].first_row - bottom_), at);
    }
  }

  void set(Beyond& side, std::size_t column, std::int32_t rows, std::size_t span) {
    side.rows[column] = rows;
    if constexpr (Ids) side.ids[column] = targets_.ids[span];
  }

  /// Of the targets beyond one side only those matter that are nearest to a point of the line along it.
  void keep_reaching(const Beyond& side) {
    const std::size_t count = targets_.columns.size();
    parabolas_.reserve(count);
    parabolas_.clear();
    for (std::size_t i = 0; i < count; ++i) {
      const double rows = side.rows[i];
      if (side.rows[i] != absent) parabolas_.add(targets_.columns[i], rows * rows, static_cast<std::int32_t>(i));
    }
    parabolas_.drop_above_neighbours();
    parabolas_.keep_envelope();
    for (std::size_t i = 0; i < parabolas_.size(); ++i) wanted_[static_cast<std::size_t>(parabolas_.label(i))] = 1;
  }

  /// The distance in rows from each cell of the wanted columns to the nearest target of its column.
  void fill_vertical() {
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (wanted_[i] != 0) candidates_.push_back(i);
    }
    const std::size_t count = candidates_.size(), rows = static_cast<std::size_t>(bottom_ - top_);
    stride_ = ((count + 15) / 16 | 1) *
              16;  // an odd number of cache lines, so that cells of a column do not crowd into one set
    vertical_.assign(stride_ * rows, absent);
    if constexpr (Ids) vertical_ids_.assign(stride_ * rows, 0);
    Beyond north, south;
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t i = candidates_[k];
      north.rows.push_back(above_.rows[i]);
      south.rows.push_back(below_.rows[i]);
      if constexpr (Ids) {
        north.ids.push_back(above_.ids[i]);
        south.ids.push_back(below_.ids[i]);
      }
      mark_targets(i, k);
    }
    const std::int32_t *from = north.rows.data(), *from_ids = north.ids.data();
    for (std::size_t row = 0; row < rows; ++row) carry(from, from_ids, row * stride_);
    from = south.rows.data();
    from_ids = south.ids.data();
    for (std::size_t row = rows; row-- > 0;) carry(from, from_ids, row * stride_);
  }

  void mark_targets(std::size_t i, std::size_t k) {
    for (std::size_t at = first_span_[i]; at < targets_.offsets[i + 1]; ++at) {
      const TargetSpans::Span& span = targets_.spans[at];
      if (span.first_row >= bottom_) break;
      const std::int32_t end = std::min(span.end_row, bottom_);
      for (std::int32_t row = std::max(span.first_row, top_); row < end; ++row) {
        const std::size_t cell = static_cast<std::size_t>(row - top_) * stride_ + k;
        vertical_[cell] = 0;
        if constexpr (Ids) vertical_ids_[cell] = targets_.ids[at];
      }
    }
  }

  /// One step down or up all wanted columns at once: from the row before, given and replaced, to the row at `to`.
  void carry(const std::int32_t*& from, const std::int32_t*& from_ids, std::size_t to) {
    const std::size_t count = candidates_.size();
    std::int32_t* here = vertical_.data() + to;
    if constexpr (Ids) {
      std::int32_t* here_ids = vertical_ids_.data() + to;
      for (std::size_t k = 0; k < count; ++k) {
        const std::int32_t farther = from[k] + 1, id = from_ids[k];
        const bool nearer = farther < here[k] || (farther == here[k] && id < here_ids[k]);
        here[k] = nearer ? farther : here[k];
        here_ids[k] = nearer ? id : here_ids[k];
      }
      from_ids = here_ids;
    } else {
      for (std::size_t k = 0; k < count; ++k) here[k] = std::min(here[k], from[k] + 1);
    }
    from = here;
  }

  /// Metres from the cells that parabola i wins, written in whole chunks; the next one overwrites what is too much.
  void evaluate(std::size_t i, double cell_m) {
    const std::int32_t end = parabolas_.from(i + 1);
    const double height = parabolas_.height(i);
    double steps = parabolas_.from(i) - parabolas_.at(i);
    for (std::int32_t cell = parabolas_.from(i); cell < end; cell += static_cast<std::int32_t>(chunk)) {
      float* to = &line_[static_cast<std::size_t>(cell)];
      for (std::size_t c = 0; c < chunk; ++c) {
        const double along = steps + static_cast<double>(c);
        to[c] = static_cast<float>(std::sqrt(along * along + height) * cell_m);
      }
      steps += static_cast<double>(chunk);
    }
  }

  const TargetSpans& targets_;
  std::int32_t top_, bottom_;  ///< rows [top_, bottom_)
  Beyond above_, below_;
  std::vector<std::size_t> first_span_;  ///< of each column: the first that does not end above the strip
  std::vector<std::uint8_t> wanted_;     ///< of each column: whether it matters in the strip
  std::vector<std::size_t> candidates_;  ///< the columns that matter, as indices into TargetSpans::columns
  std::size_t stride_ = 0;               ///< from row to row of the next two
  std::vector<std::int32_t> vertical_;   ///< candidates x rows of the strip, row-major
  std::vector<std::int32_t> vertical_ids_;
  detail::Parabolas parabolas_;
  std::vector<float> line_;
};

template <bool Ids>
void evaluate(const TargetSpans& targets, double cell_m, const CellWindow& window, float* distances,
              std::int32_t* ids) {
  const std::int64_t strips = (window.rows + strip_rows - 1) / strip_rows;
  parallel_for(static_cast<std::size_t>(strips), [&](std::size_t task) {
    const std::int64_t first = static_cast<std::int64_t>(task) * strip_rows;
    const std::int64_t end = std::min(first + strip_rows, window.rows);
    Strip<Ids> strip(targets, window.first_row + first, end - first);
    for (std::int64_t row = first; row < end; ++row) {
      const std::int64_t at = row * window.columns;
      strip.evaluate_row(window.first_row + row, cell_m, window, distances + at, Ids ? ids + at : nullptr);
    }
  });
}

void require_size(std::size_t size, const CellWindow& window, const char* what) {
  if (size != window.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("distance: {} {} for a window of {} x {} cells", size, what, window.columns, window.rows));
}

}  // namespace

void distances_to_targets(const TargetSpans& targets, double cell_m, const CellWindow& window,
                          std::span<float> distances) {
  require_size(distances.size(), window, "distances");
  if (targets.empty()) {
    std::fill(distances.begin(), distances.end(), static_cast<float>(not_observed));
    return;
  }
  evaluate<false>(targets, cell_m, window, distances.data(), nullptr);
}

void nearest_targets(const TargetSpans& targets, double cell_m, const CellWindow& window, std::span<float> distances,
                     std::span<std::int32_t> ids) {
  require_size(distances.size(), window, "distances");
  require_size(ids.size(), window, "ids");
  if (targets.ids.size() != targets.spans.size())
    throw Error(ErrorCode::shape_mismatch, "distance: the targets carry no ids, so the nearest one has none to tell");
  if (targets.empty()) {
    std::fill(distances.begin(), distances.end(), static_cast<float>(not_observed));
    std::fill(ids.begin(), ids.end(), no_target_id);
    return;
  }
  evaluate<true>(targets, cell_m, window, distances.data(), ids.data());
}

}  // namespace tocsin
