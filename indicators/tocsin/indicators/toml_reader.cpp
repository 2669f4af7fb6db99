#include <algorithm>

#include <fmt/format.h>
#include <toml++/toml.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/toml_reader.hpp>

namespace tocsin {
namespace {

Position position_of(const toml::source_region& region, const std::string& file) {
  return {file, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

Value convert(const toml::node& node, const std::string& file) {
  Value value;
  value.position = position_of(node.source(), file);
  if (const auto* table = node.as_table()) {
    ValueTable keys;
    for (const auto& [key, item] : *table) keys.push_back({std::string(key.str()), convert(item, file)});
    // The library keeps keys sorted by name; people think in the order of the file.
    std::stable_sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) {
      return std::pair(a.value.position.line, a.value.position.column) <
             std::pair(b.value.position.line, b.value.position.column);
    });
    value.data = std::move(keys);
  } else if (const auto* array = node.as_array()) {
    std::vector<Value> items;
    for (const toml::node& item : *array) items.push_back(convert(item, file));
    value.data = std::move(items);
  } else if (const auto text = node.value_exact<std::string>()) {
    value.data = *text;
  } else if (const auto boolean = node.value_exact<bool>()) {
    value.data = *boolean;
  } else if (const auto integer = node.value_exact<std::int64_t>()) {
    value.data = static_cast<double>(*integer);
  } else if (const auto number = node.value_exact<double>()) {
    value.data = *number;
  } else if (const auto date = node.value_exact<toml::date>()) {
    value.data = make_day(date->year, date->month, date->day);
  } else {
    throw Error(ErrorCode::scenario,
                fmt::format("{}:{}:{}: times of day are not used here; write a date such as 2021-08-31", file,
                            value.position.line, value.position.column));
  }
  return value;
}

/// The library takes dotted keys to any depth, and deep ones would use up the stack. Dots between two of `=,[{` and
/// line ends, outside quotes and comments, are those of one key (or of one number).
void refuse_deep_keys(const std::string& text, const std::string& file) {
  constexpr int most = 16;
  Position at{file, 1, 0};
  int dots = 0;
  char quote = 0;
  bool in_comment = false;
  for (const char letter : text) {
    ++at.column;
    if (letter == '\n') {
      ++at.line;
      at.column = dots = 0;
      quote = 0;
      in_comment = false;
    } else if (in_comment) {
      continue;
    } else if (quote != 0) {
      if (letter == quote) quote = 0;
    } else if (letter == '"' || letter == '\'') {
      quote = letter;
    } else if (letter == '#') {
      in_comment = true;
    } else if (letter == '=' || letter == ',' || letter == '[' || letter == '{') {
      dots = 0;
    } else if (letter == '.' && ++dots > most) {
      throw Error(ErrorCode::scenario, fmt::format("{}:{}:{}: a key of more than {} parts; no key here has so many",
                                                   file, at.line, at.column, most));
    }
  }
}

}  // namespace

Value parse_toml(const std::string& text, const std::string& file) {
  refuse_deep_keys(text, file);
  try {
    return convert(toml::parse(text, file), file);
  } catch (const toml::parse_error& error) {
    const Position position = position_of(error.source(), file);
    throw Error(ErrorCode::scenario,
                fmt::format("{}:{}:{}: {}", file, position.line, position.column, error.description()));
  }
}

}  // namespace tocsin
