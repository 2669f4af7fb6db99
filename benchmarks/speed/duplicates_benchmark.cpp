#include <array>
#include <cstdint>
#include <random>
#include <string>

#include <benchmark/benchmark.h>

#include <tocsin/vector/duplicates.hpp>

namespace tocsin {
namespace {

/// What a record of a source is known to.
enum class Known { mixed, month_of_a_county };

/// Records over ten years and a country of 1000 km: mostly points of a day; of ten, two are known to a county and one
/// of those to the month; one of a hundred to the year. Or all to a month and one of 80 counties.
Events records(std::int64_t count, Known known, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t limit) { return static_cast<int>(random() % limit); };
  Events events;
  CategoricalBuilder actors, counties, categories;
  for (std::int64_t i = 0; i < count; ++i) {
    const Day day = make_day(2012, 1, 1) + std::chrono::days{below(3650)};
    events.add(below(1'000'000), below(1'000'000), day);
    events.persons.back() = 1 + below(5);
    const int kind = below(100);
    if (known == Known::month_of_a_county || kind < 20) events.precision.back() = {PlaceKind::admin, 2, 0};
    const bool month = known == Known::month_of_a_county || (10 <= kind && kind < 20);
    if (month || kind == 99) {
      const Period span = period_of(day, month ? Every::month : Every::year);
      events.first_day.back() = span.first;
      events.last_day.back() = span.last;
    }
    actors.add("armed group " + std::to_string(below(30)));
    counties.add("county " + std::to_string(below(80)));
    categories.add(below(2) == 0 ? "attack" : "rape");
  }
  events.actor = std::move(actors).build();
  events.admin2 = std::move(counties).build();
  events.category = std::move(categories).build();
  return events;
}

void duplicates(benchmark::State& state, Known known, double least_score) {
  const Events one = records(state.range(0), known, 1), other = records(state.range(0), known, 2);
  const std::array sources{EventsOfSource{"one", &one, {}}, EventsOfSource{"other", &other, {}}};
  DuplicateOptions options;
  options.least_score = least_score;
  std::size_t pairs = 0;
  for (auto _ : state) {
    pairs = find_duplicates(sources, options).size();
    benchmark::DoNotOptimize(pairs);
  }
  state.counters["pairs"] = static_cast<double>(pairs);
  state.SetItemsProcessed(state.iterations() * state.range(0) * 2);
}

BENCHMARK_CAPTURE(duplicates, mixed, Known::mixed, 0.5)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(duplicates, month_of_a_county, Known::month_of_a_county, 0.95)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tocsin
