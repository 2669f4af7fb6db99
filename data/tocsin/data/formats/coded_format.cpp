#include <cmath>

#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/formats/coded_format.hpp>

namespace tocsin::data {

std::optional<int> whole_code(std::string_view text) {
  const auto number = parse_number(text);
  constexpr double most = 1e6;
  if (!number || std::abs(*number) > most || *number != std::floor(*number)) return {};
  return static_cast<int>(*number);
}

std::optional<std::size_t> index_of(const std::vector<std::string>& columns, std::string_view name) {
  const std::string wanted = lower(trim(name));
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (lower(columns[i]) == wanted) return i;
  return {};
}

RowProblem coordinates_missing() {
  return {"coordinates missing", "the record has no coordinates; fill them in"};
}

}  // namespace tocsin::data
