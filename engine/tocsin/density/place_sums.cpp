#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <tuple>

#include <Eigen/Core>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/place_sums.hpp>

namespace tocsin {

namespace {

/// Terms of Hermite and Taylor series. Places are at most half a deviation from the middle of their box; by Cramer's
/// inequality the rest of a series is below 1.09 * 0.5^20 / sqrt(20!) = 7e-16 of the peak.
constexpr int terms = 20;
using Series = Eigen::Matrix<double, terms, terms>;
/// Boxes on either side of a place's own that are searched: places further off are 9 deviations away at least, where
/// the kernel is below 3e-18 of its peak.
constexpr std::int64_t near_boxes = 9;
/// Pairs of places in two boxes from which on two products of series cost less than the pairs one by one.
constexpr double pairs_for_series = 2500;
constexpr double error_bound = 3e-14;  // of peak x all weights

/// Places in square boxes. Boxes are listed by row, then column; empty ones are not.
class Boxes {
 public:
  struct Box {
    std::int64_t column = 0, row = 0;
    std::size_t begin = 0, end = 0;  ///< of its places in `order`
    [[nodiscard]] std::size_t size() const { return end - begin; }
  };

  Boxes(std::span<const WeightedPoint> places, double side_m) : side_m_(side_m) {
    if (places.empty()) return;
    min_x_ = places.front().x;  // places are sorted by x
    min_y_ = places.front().y;
    for (const WeightedPoint& place : places) min_y_ = std::min(min_y_, place.y);
    order.resize(places.size());
    std::vector<std::pair<std::int64_t, std::int64_t>> keys(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      order[i] = i;
      keys[i] = {index_of(places[i].y, min_y_), index_of(places[i].x, min_x_)};
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return std::tie(keys[a], a) < std::tie(keys[b], b); });
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto [row, column] = keys[order[i]];
      if (boxes.empty() || boxes.back().row != row || boxes.back().column != column)
        boxes.push_back({column, row, i, i});
      boxes.back().end = i + 1;
    }
  }

  /// Calls visit(index of box) for the boxes at most `around` columns and rows from another, in their order.
  template <typename Visit>
  void visit_around(const Box& middle, std::int64_t around, const Visit& visit) const {
    const auto at = [&](std::int64_t row, std::int64_t column) {
      return std::lower_bound(boxes.begin(), boxes.end(), std::tuple(row, column),
                              [](const Box& box, const auto& key) { return std::tie(box.row, box.column) < key; });
    };
    for (auto it = at(middle.row - around, middle.column - around);
         it != boxes.end() && it->row <= middle.row + around;) {
      if (it->column < middle.column - around) {
        it = at(it->row, middle.column - around);
      } else if (it->column > middle.column + around) {
        it = at(it->row + 1, middle.column - around);
      } else {
        visit(static_cast<std::size_t>(it - boxes.begin()));
        ++it;
      }
    }
  }

  [[nodiscard]] double middle_x(const Box& box) const {
    return min_x_ + (static_cast<double>(box.column) + 0.5) * side_m_;
  }
  [[nodiscard]] double middle_y(const Box& box) const {
    return min_y_ + (static_cast<double>(box.row) + 0.5) * side_m_;
  }

  std::vector<std::size_t> order;  ///< places, box by box
  std::vector<Box> boxes;

 private:
  [[nodiscard]] std::int64_t index_of(double value, double least) const {
    // Beyond 1e15 boxes a double has no whole numbers left; who is that far apart is not near in any case.
    return static_cast<std::int64_t>(std::min((value - least) / side_m_, 1e15));
  }
  double side_m_, min_x_ = 0, min_y_ = 0;
};

double squared_distance(const WeightedPoint& a, const WeightedPoint& b) {
  const double dx = a.x - b.x, dy = a.y - b.y;
  return dx * dx + dy * dy;
}

/// Gaussian sums: boxes of one deviation, each with the Hermite series of its places where they are many.
class GaussianSums {
 public:
  GaussianSums(std::span<const WeightedPoint> places, double deviation_m)
      : places_(places),
        deviation_m_(deviation_m),
        peak_(kernel_value(Kernel::gaussian, 0, deviation_m)),
        boxes_(places, deviation_m),
        series_of_(boxes_.boxes.size()) {
    find_crowded();
    for (std::int64_t shift = -near_boxes; shift <= near_boxes; ++shift)
      shifts_[static_cast<std::size_t>(shift + near_boxes)] = shift_matrix(static_cast<double>(shift));
  }

  [[nodiscard]] std::vector<double> sums() const {
    std::vector<double> result(places_.size());
    parallel_for(boxes_.boxes.size(), [&](std::size_t box) { sum_box(boxes_.boxes[box], result); });
    return result;
  }

  [[nodiscard]] std::vector<double> log_sums() const {
    std::vector<double> result = sums();
    double weight = 0;
    for (const WeightedPoint& place : places_) weight += place.weight;
    const double certain = 1e10 * error_bound * peak_ * weight;
    parallel_for(boxes_.boxes.size(), [&](std::size_t b) {
      const Boxes::Box& box = boxes_.boxes[b];
      for (std::size_t i = box.begin; i < box.end; ++i) {
        const std::size_t place = boxes_.order[i];
        result[place] = result[place] > certain ? std::log(result[place]) : log_sum_alone(box, place, weight);
      }
    });
    return result;
  }

 private:
  /// The series of boxes that hold enough places for it ever to be used.
  void find_crowded() {
    std::size_t most = 0;
    for (const auto& box : boxes_.boxes) most = std::max(most, box.size());
    std::vector<std::size_t> crowded;
    for (std::size_t b = 0; b < boxes_.boxes.size(); ++b) {
      if (static_cast<double>(boxes_.boxes[b].size()) * static_cast<double>(most) < pairs_for_series) continue;
      series_of_[b] = crowded.size() + 1;
      crowded.push_back(b);
    }
    series_.resize(crowded.size());
    parallel_for(crowded.size(), [&](std::size_t i) { series_[i] = hermite_series(boxes_.boxes[crowded[i]]); });
  }

  /// Sum over a box's places of weight x dx^i / i! x dy^j / j!, offsets in deviations from its middle.
  [[nodiscard]] Series hermite_series(const Boxes::Box& box) const {
    Series series = Series::Zero();
    for (std::size_t i = box.begin; i < box.end; ++i) {
      const WeightedPoint& place = places_[boxes_.order[i]];
      const auto x = powers((place.x - boxes_.middle_x(box)) / deviation_m_, true);
      const auto y = powers((place.y - boxes_.middle_y(box)) / deviation_m_, true);
      series += place.weight * x * y.transpose();
    }
    return series;
  }

  using Vector = Eigen::Matrix<double, terms, 1>;
  static Vector powers(double offset, bool over_factorial) {
    Vector result;
    result[0] = 1;
    for (int k = 1; k < terms; ++k) result[k] = result[k - 1] * offset / (over_factorial ? k : 1);
    return result;
  }

  /// Carries a series about one middle to a Taylor series about another `shift` boxes further: exp(-(u - a)^2 / 2) with
  /// u = shift + t is the sum over k and l of t^k / k! (-1)^k He_{k + l}(shift) exp(-shift^2 / 2) a^l / l!.
  static Series shift_matrix(double shift) {
    std::array<double, 2 * terms> hermite{};
    hermite[0] = std::exp(-0.5 * shift * shift);
    hermite[1] = shift * hermite[0];
    for (std::size_t k = 2; k < hermite.size(); ++k)
      hermite[k] = shift * hermite[k - 1] - static_cast<double>(k - 1) * hermite[k - 2];
    Series matrix;
    double scale = 1;  // (-1)^k / k!
    for (int k = 0; k < terms; ++k) {
      if (k > 0) scale /= -k;
      for (int l = 0; l < terms; ++l) matrix(k, l) = scale * hermite[static_cast<std::size_t>(k + l)];
    }
    return matrix;
  }

  void sum_box(const Boxes::Box& target, std::vector<double>& result) const {
    Series taylor = Series::Zero();
    bool by_series = false, with_itself = false;
    boxes_.visit_around(target, near_boxes, [&](std::size_t b) {
      const Boxes::Box& source = boxes_.boxes[b];
      if (static_cast<double>(source.size()) * static_cast<double>(target.size()) < pairs_for_series) {
        add_pairs(target, source, result);
        return;
      }
      by_series = true;
      with_itself = with_itself || &source == &target;
      const auto shift = [&](std::int64_t boxes) -> const Series& {
        return shifts_[static_cast<std::size_t>(boxes + near_boxes)];
      };
      const Series half = series_[series_of_[b] - 1] * shift(target.row - source.row).transpose();
      taylor.noalias() += shift(target.column - source.column) * half;
    });
    if (!by_series) return;
    for (std::size_t i = target.begin; i < target.end; ++i) {
      const WeightedPoint& place = places_[boxes_.order[i]];
      const Vector x = powers((place.x - boxes_.middle_x(target)) / deviation_m_, false);
      const Vector y = powers((place.y - boxes_.middle_y(target)) / deviation_m_, false);
      const double sum = x.dot(taylor * y) - (with_itself ? place.weight : 0);
      result[boxes_.order[i]] += peak_ * std::max(0.0, sum);
    }
  }

  void add_pairs(const Boxes::Box& target, const Boxes::Box& source, std::vector<double>& result) const {
    const double scale = -0.5 / (deviation_m_ * deviation_m_);
    for (std::size_t i = target.begin; i < target.end; ++i) {
      const std::size_t place = boxes_.order[i];
      double sum = 0;
      for (std::size_t j = source.begin; j < source.end; ++j) {
        const std::size_t other = boxes_.order[j];
        if (other != place)
          sum += places_[other].weight * std::exp(scale * squared_distance(places_[other], places_[place]));
      }
      result[place] += peak_ * sum;
    }
  }

  /// The logarithm for one lonely place: the search widens until what lies beyond it cannot matter.
  [[nodiscard]] double log_sum_alone(const Boxes::Box& box, std::size_t place, double all_weights) const {
    const double scale = -0.5 / (deviation_m_ * deviation_m_);
    for (std::int64_t around = near_boxes + 1;; around *= 2) {
      double nearest = std::numeric_limits<double>::infinity(), sum = 0;
      std::size_t seen = 0;
      const auto each_other = [&](const auto& body) {
        boxes_.visit_around(box, around, [&](std::size_t b) {
          for (std::size_t j = boxes_.boxes[b].begin; j < boxes_.boxes[b].end; ++j)
            if (boxes_.order[j] != place) body(places_[boxes_.order[j]]);
        });
      };
      each_other([&](const WeightedPoint& other) {
        nearest = std::min(nearest, squared_distance(other, places_[place]));
        ++seen;
      });
      // Relative to the nearest: its own exponential would underflow.
      each_other([&](const WeightedPoint& other) {
        sum += other.weight * std::exp(scale * (squared_distance(other, places_[place]) - nearest));
      });
      const double log_sum = sum > 0 ? std::log(sum) + scale * nearest : -std::numeric_limits<double>::infinity();
      const double beyond = static_cast<double>(around);  // deviations, at least
      const bool enough = log_sum > std::log(1e10 * all_weights) - 0.5 * beyond * beyond;
      if (enough || seen + 1 == places_.size()) return log_sum + std::log(peak_);
    }
  }

  std::span<const WeightedPoint> places_;
  double deviation_m_, peak_;
  Boxes boxes_;
  std::vector<std::size_t> series_of_;  ///< by box: index in series_ plus 1; 0 = none
  std::vector<Series> series_;
  std::array<Series, 2 * near_boxes + 1> shifts_;
};

std::vector<double> finite_sums(std::span<const WeightedPoint> places, Kernel kernel, double bandwidth_m) {
  // A hair wider than the reach: rounding cannot put a place on the rim two boxes away.
  const Boxes boxes(places, bandwidth_m * (1 + 1e-9));
  std::vector<double> result(places.size());
  parallel_for(boxes.boxes.size(), [&](std::size_t b) {
    const Boxes::Box& box = boxes.boxes[b];
    boxes.visit_around(box, 1, [&](std::size_t n) {
      const Boxes::Box& near = boxes.boxes[n];
      for (std::size_t i = box.begin; i < box.end; ++i) {
        const std::size_t place = boxes.order[i];
        for (std::size_t j = near.begin; j < near.end; ++j) {
          const std::size_t other = boxes.order[j];
          if (other == place) continue;
          const double distance = std::sqrt(squared_distance(places[other], places[place]));
          result[place] += places[other].weight * kernel_value(kernel, distance, bandwidth_m);
        }
      }
    });
  });
  return result;
}

}  // namespace

std::vector<WeightedPoint> merge_places(std::span<const WeightedPoint> events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const WeightedPoint& event = events[i];
    if (std::isfinite(event.x) && std::isfinite(event.y) && std::isfinite(event.weight) && event.weight >= 0) continue;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("event {} has x = {}, y = {}, weight = {}; here all three must be finite numbers, and the "
                            "weight not negative",
                            i, event.x, event.y, event.weight));
  }
  std::vector<WeightedPoint> places(events.begin(), events.end());
  std::sort(places.begin(), places.end(), [](const WeightedPoint& a, const WeightedPoint& b) {
    return std::tie(a.x, a.y, a.weight) < std::tie(b.x, b.y, b.weight);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < places.size();) {
    WeightedPoint merged = places[i];
    for (++i; i < places.size() && places[i].x == merged.x && places[i].y == merged.y; ++i)
      merged.weight += places[i].weight;
    if (merged.weight > 0) places[kept++] = merged;
  }
  places.resize(kept);
  return places;
}

std::vector<double> sums_of_others(std::span<const WeightedPoint> places, Kernel kernel, double bandwidth_m) {
  return kernel == Kernel::gaussian ? GaussianSums(places, bandwidth_m).sums()
                                    : finite_sums(places, kernel, bandwidth_m);
}

std::vector<double> log_sums_of_others(std::span<const WeightedPoint> places, double deviation_m) {
  return GaussianSums(places, deviation_m).log_sums();
}

}  // namespace tocsin
