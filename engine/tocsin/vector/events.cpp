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

void CategoricalBuilder::add(std::string_view value) {
  if (value.empty()) {
    column_.codes.push_back(-1);
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
