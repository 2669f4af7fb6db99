// Numbers as people write them, by column: values/number_column. The first byte says whether they are whole.
#include <algorithm>

#include <tocsin/data/values/number_column.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  if (size == 0) return 0;
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  data::NumberColumn column("source 'x'", "persons", (data[0] & 1) != 0, data::DecimalMark::automatic);
  std::int64_t row = 0;
  const auto each = [&](const auto& call) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      call(text.substr(begin, end - begin));
      begin = end + 1;
    }
  };
  each([&](std::string_view line) { column.observe(line, ++row); });
  fuzz::may_refuse([&] {
    column.decide();
    each([&](std::string_view line) {
      (void)column.read(line);
      (void)data::says_unknown(line);
    });
    (void)column.notes();
  });
  return 0;
}
