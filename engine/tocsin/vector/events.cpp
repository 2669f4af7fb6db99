#include <tocsin/vector/events.hpp>

namespace tocsin {

void CategoricalBuilder::add(const std::string& value) {
  if (value.empty()) {
    column_.codes.push_back(-1);
    return;
  }
  const auto [entry, is_new] = code_of_.try_emplace(value, static_cast<std::int32_t>(column_.levels.size()));
  if (is_new) column_.levels.push_back(value);
  column_.codes.push_back(entry->second);
}

}  // namespace tocsin
