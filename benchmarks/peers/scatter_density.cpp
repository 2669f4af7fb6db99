// The way of CrimeStat and most GIS, written as well as we can: every event adds its quartic kernel to every cell in
// reach. Cost: events x cells in reach. Events are sorted by row, so that the rows written to stay in the cache.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <thread>

#include "worker.hpp"

namespace {

struct Event {
  double x, y;  // in cells, y downwards
};

struct Case {
  std::int64_t side;
  double radius;  // in cells
  int threads;
};

void sort_by_row(std::vector<Event>& events) {
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.y < b.y; });
}

void add_to_row(double* row, std::int64_t first, std::int64_t last, double x, double rest, double per_radius2) {
  const double start = static_cast<double>(first) + 0.5 - x;
  const auto count = static_cast<int>(last - first + 1);
  double* cells = row + first;
  for (int i = 0; i < count; ++i) {
    const double dx = start + static_cast<double>(i);
    const double v = std::max(0.0, rest - dx * dx * per_radius2);
    cells[i] += v * v;
  }
}

/// Rows [begin, end), summed in double.
void add_events(const std::vector<Event>& events, const Case& of, std::int64_t begin, std::int64_t end,
                std::vector<double>& sums) {
  const double radius2 = of.radius * of.radius;
  const auto from = std::lower_bound(events.begin(), events.end(), static_cast<double>(begin) - of.radius,
                                     [](const Event& event, double y) { return event.y < y; });
  for (auto event = from; event != events.end() && event->y < static_cast<double>(end) + of.radius; ++event) {
    const auto first_row = std::max(begin, static_cast<std::int64_t>(std::ceil(event->y - of.radius - 0.5)));
    const auto last_row = std::min(end - 1, static_cast<std::int64_t>(std::floor(event->y + of.radius - 0.5)));
    for (std::int64_t row = first_row; row <= last_row; ++row) {
      const double dy = static_cast<double>(row) + 0.5 - event->y;
      const double half = std::sqrt(std::max(0.0, radius2 - dy * dy));
      const auto first = std::max(std::int64_t{0}, static_cast<std::int64_t>(std::ceil(event->x - half - 0.5)));
      const auto last = std::min(of.side - 1, static_cast<std::int64_t>(std::floor(event->x + half - 0.5)));
      if (first > last) continue;
      add_to_row(sums.data() + row * of.side, first, last, event->x, 1 - dy * dy / radius2, 1 / radius2);
    }
  }
}

void density(std::vector<Event> events, const Case& of, std::vector<float>& result) {
  sort_by_row(events);
  std::vector<double> sums(static_cast<std::size_t>(of.side * of.side));
  result.resize(sums.size());
  const double scale = 3 / (std::numbers::pi * of.radius * of.radius);
  const auto band = [&](std::int64_t begin, std::int64_t end) {
    add_events(events, of, begin, end, sums);
    for (std::int64_t i = begin * of.side; i < end * of.side; ++i) {
      result[static_cast<std::size_t>(i)] = static_cast<float>(scale * sums[static_cast<std::size_t>(i)]);
    }
  };
  std::vector<std::thread> workers;
  for (int t = 1; t < of.threads; ++t) {
    workers.emplace_back(band, of.side * t / of.threads, of.side * (t + 1) / of.threads);
  }
  band(0, of.side / of.threads);
  for (std::thread& worker : workers) worker.join();
}

int measure(int argc, char** argv) {
  const peers::Options options(argc, argv, 1);
  const Case of{options.integer("--side"), options.number("--radius"), options.integer("--threads")};
  const std::vector<double> places = peers::read_raw<double>(options.text("--events"));
  std::vector<Event> events(places.size() / 2);
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i] = {places[2 * i], static_cast<double>(of.side) - places[2 * i + 1]};
  }
  std::vector<float> result;
  peers::serve(
      "", [&] { density(events, of, result); },
      [&](const std::string& path) { peers::write_raw<float>(path, result); });
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return measure(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "scatter_density: " << error.what() << '\n';
    return 1;
  }
}
