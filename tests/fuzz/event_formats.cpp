// Tables of events as text, by every format: event_source, formats/*, recognise/*. The first byte names the format.
#include <array>
#include <cmath>

#include <tocsin/data/event_source.hpp>

#include "fuzz.hpp"
#include "vsi_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  if (size == 0) return 0;
  constexpr std::array formats{"auto", "incidents", "acled", "ucdp-ged"};
  const fuzz::VsiFile file("/vsimem/fuzz/events.csv", fuzz::text_of(data + 1, size - 1));
  SourceSpec spec;
  spec.name = "x";
  spec.path = file.path();
  spec.format = formats[data[0] % formats.size()];
  spec.most_unusable = 1;
  fuzz::may_refuse([&] {
    const EventBatch batch = data::open_events(spec)->read({"EPSG:32635", {}, {}, {}});
    const auto read = static_cast<std::int64_t>(batch.events.size() + batch.quarantined.size()) + batch.outside_where;
    fuzz::require(batch.rows_read == read, "read = used + outside + quarantined");
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      fuzz::require(batch.events.first_day[i] <= batch.events.last_day[i], "an event does not end before it begins");
      fuzz::require(!std::isinf(batch.events.x[i]) && !std::isinf(batch.events.y[i]), "an event is at a finite place");
      fuzz::require(std::isfinite(batch.events.weight[i]) && batch.events.weight[i] >= 0, "a weight is a number");
    }
  });
  return 0;
}
