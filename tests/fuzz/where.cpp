// Where clauses: detail/where.
#include <tocsin/data/detail/where.hpp>
#include <tocsin/data/gdal.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  static const data::RawTable table = [] {
    data::RawTable made;
    made.columns = {"id", "persons", "share", "empty"};
    made.text() = "a2-1.5";
    const data::RawTable::Span cells[] = {{0, 1}, {1, 1}, {2, 4}, {6, 0}};
    made.add_row(2, cells);
    return made;
  }();
  data::ColumnTypes types(table);
  types.observe(table);
  const data::ErrorTrap trap;
  fuzz::may_refuse([&] {
    const data::TableFilter filter(types, std::string(fuzz::text_of(data, size)), "x");
    (void)filter.matches(table, 0);
  });
  return 0;
}
