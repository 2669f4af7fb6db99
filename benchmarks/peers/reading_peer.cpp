// tocsin's reading of events as run.py measures it: `reading_peer --path FILE --threads N` answers run.py's lines; with
// `--once 1` it reads the file one time and says how much memory the events take. Coordinates are projected.
#include <iostream>

#include <tocsin/core/parallel.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/event_source.hpp>

#include "worker.hpp"

namespace {

using namespace tocsin;

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

std::size_t bytes_of(const Events& events) {
  const std::size_t each = 2 * sizeof(double) + sizeof(std::int64_t) + 3 * sizeof(Day) + 2 * sizeof(double) +
                           sizeof(PlacePrecision) + 1 + 6 * sizeof(std::int32_t);
  return events.size() * (each + events.numbers.size() * sizeof(double) + events.texts.size() * sizeof(std::int32_t));
}

void measure(const peers::Options& given) {
  const ThreadLimit limit(given.integer("--threads"));
  SourceSpec spec;
  spec.name = "events";
  spec.path = given.text("--path");
  spec.format = "ucdp-ged";
  // The cylindrical equal-area projection of the whole Earth.
  const EventRequest request{data::crs_wkt("EPSG:6933"), {"best", "high", "low"}, {"country"}, {}};
  EventBatch batch;
  const auto read = [&] { batch = data::open_events(spec)->read(request); };
  if (given.text("--once") == "1") {
    read();
    std::cout << batch.events.size() << ' ' << bytes_of(batch.events) << std::endl;
    return;
  }
  peers::serve("tocsin", read, [&](const std::string& path) {
    double days = 0;
    for (const Day day : batch.events.first_day) days += static_cast<double>(day.time_since_epoch().count());
    const auto& numbers = batch.events.numbers;
    const std::vector<double> figures{static_cast<double>(batch.events.size()), days, sum(numbers.at("best")),
                                      sum(numbers.at("high")), sum(numbers.at("low"))};
    peers::write_raw<double>(path, figures);
  });
}

}  // namespace

int main(int argc, char** argv) {
  return peers::run("reading_peer", argc, argv, measure);
}
