#include <limits>

#include <tocsin/vector/events.hpp>

namespace tocsin {

void Events::add(double at_x, double at_y, Day day) {
  row.push_back(static_cast<std::int64_t>(row.size()) + 1);
  x.push_back(at_x);
  y.push_back(at_y);
  first_day.push_back(day);
  last_day.push_back(day);
  reported.push_back(day);
  weight.push_back(1);
  persons.push_back(std::numeric_limits<double>::quiet_NaN());
  precision.push_back({});
  has_reported.push_back(1);
  for (Categorical* column : {&category, &actor, &area_code, &admin1, &admin2, &admin3}) column->codes.push_back(-1);
}

namespace {

template <typename Value>
void erase_from(std::vector<Value>& column, std::span<const std::uint8_t> gone) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < column.size(); ++i)
    if (gone[i] == 0) column[kept++] = column[i];
  column.resize(kept);
}

}  // namespace

void Events::erase(std::span<const std::uint8_t> gone) {
  erase_from(row, gone);
  erase_from(x, gone);
  erase_from(y, gone);
  erase_from(first_day, gone);
  erase_from(last_day, gone);
  erase_from(reported, gone);
  erase_from(weight, gone);
  erase_from(persons, gone);
  erase_from(precision, gone);
  erase_from(has_reported, gone);
  for (Categorical* column : {&category, &actor, &area_code, &admin1, &admin2, &admin3})
    erase_from(column->codes, gone);
  for (auto& [name, column] : numbers) erase_from(column, gone);
  for (auto& [name, column] : texts) erase_from(column.codes, gone);
}

void CategoricalBuilder::add(std::string_view value) {
  if (value.empty()) {
    column_.codes.push_back(-1);
    return;
  }
  // Records of one kind often follow each other.
  const std::int32_t last = column_.codes.empty() ? -1 : column_.codes.back();
  if (last >= 0 && column_.levels[static_cast<std::size_t>(last)] == value) {
    column_.codes.push_back(last);
    return;
  }
  auto entry = code_of_.find(value);
  if (entry == code_of_.end()) {
    entry = code_of_.emplace(value, static_cast<std::int32_t>(column_.levels.size())).first;
    column_.levels.emplace_back(value);
  }
  column_.codes.push_back(entry->second);
}

}  // namespace tocsin
