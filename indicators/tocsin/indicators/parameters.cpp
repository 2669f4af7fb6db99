#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/parameters.hpp>

namespace tocsin {
namespace {

std::string kind_of(const Value& value) {
  if (value.text() != nullptr) return "a text";
  if (value.number() != nullptr) return "a bare number";
  if (value.boolean() != nullptr) return "true or false";
  if (value.day() != nullptr) return "a date";
  if (value.list() != nullptr) return "a list";
  return "a table";
}

const ValueTable& table_of(const Value& value) {
  static const ValueTable none;
  const ValueTable* table = value.table();
  return table == nullptr ? none : *table;
}

}  // namespace

Parameters::Parameters(const Value& table, std::string what, Problems& problems)
    : table_(table), what_(std::move(what)), problems_(problems) {
  if (table.table() == nullptr)
    problems_.add(table.position, fmt::format("{} must be a table, not {}", what_, kind_of(table)));
}

const Value* Parameters::lookup(const std::string& key) const {
  for (const auto& [name, value] : table_of(table_))
    if (name == key) return &value;
  return nullptr;
}

bool Parameters::has(const std::string& key) const {
  return lookup(key) != nullptr;
}

const Value* Parameters::find(const std::string& key) {
  asked_.insert(key);
  return lookup(key);
}

void Parameters::missing(const std::string& key) {
  // A misspelt key is told once, as an unknown key that names the right one.
  std::vector<std::string> unread;
  for (const auto& [name, value] : table_of(table_))
    if (!asked_.contains(name)) unread.push_back(name);
  if (!nearest_word(key, unread).empty()) return;
  if (table_.table() != nullptr) problems_.add(table_.position, fmt::format("{} needs `{}`", what_, key));
}

void Parameters::wrong_kind(const std::string& key, const Value& value, const std::string& wanted) {
  problems_.add(value.position, fmt::format("`{}` of {} must be {}, not {}", key, what_, wanted, kind_of(value)));
}

void Parameters::problem(const std::string& key, const std::string& message) {
  const Value* value = lookup(key);
  problems_.add(value == nullptr ? table_.position : value->position,
                fmt::format("`{}` of {} {}", key, what_, message));
}

std::string Parameters::text_or(const std::string& key, std::string fallback) {
  const Value* value = find(key);
  if (value == nullptr) return fallback;
  if (const std::string* text = value->text()) return *text;
  wrong_kind(key, *value, "a text in quotes");
  return fallback;
}

std::string Parameters::text(const std::string& key) {
  if (!has(key)) {
    asked_.insert(key);
    missing(key);
    return {};
  }
  return text_or(key, {});
}

double Parameters::number_or(const std::string& key, double fallback) {
  const Value* value = find(key);
  if (value == nullptr) return fallback;
  const double* number = value->number();
  if (number != nullptr && std::isfinite(*number)) return *number;
  if (number != nullptr)
    problem(key, "must be finite");
  else
    wrong_kind(key, *value, "a number");
  return fallback;
}

double Parameters::number(const std::string& key) {
  if (!has(key)) {
    asked_.insert(key);
    missing(key);
  }
  return number_or(key, 0);
}

bool Parameters::boolean_or(const std::string& key, bool fallback) {
  const Value* value = find(key);
  if (value == nullptr) return fallback;
  if (const bool* boolean = value->boolean()) return *boolean;
  wrong_kind(key, *value, "true or false");
  return fallback;
}

std::optional<Day> Parameters::optional_day(const std::string& key) {
  const Value* value = find(key);
  if (value == nullptr) return {};
  if (const Day* day = value->day()) return *day;
  if (const std::string* text = value->text())
    if (const auto day = parse_day(*text)) return day;
  wrong_kind(key, *value, "a date such as 2021-08-31");
  return {};
}

Day Parameters::day(const std::string& key) {
  if (!has(key)) {
    asked_.insert(key);
    missing(key);
  }
  return optional_day(key).value_or(Day{});
}

Length Parameters::length_or(const std::string& key, Length fallback) {
  const Value* value = find(key);
  if (value == nullptr) return fallback;
  const std::string* text = value->text();
  if (text == nullptr) {
    wrong_kind(key, *value, "a length with its unit, such as \"25 km\"");
    return fallback;
  }
  try {
    const Length length = parse_length(*text);
    if (length.metres > 0) return length;
    problem(key, "must be greater than 0");
  } catch (const Error& error) {
    problem(key, fmt::format("is wrong: {}", error.what()));
  }
  return fallback.metres > 0 ? fallback : metres(1000);
}

Length Parameters::length(const std::string& key) {
  if (!has(key)) {
    asked_.insert(key);
    missing(key);
    return metres(1000);  // a stand-in that breaks nothing that follows
  }
  return length_or(key, metres(1000));
}

std::optional<Duration> Parameters::optional_duration(const std::string& key) {
  const Value* value = find(key);
  if (value == nullptr) return {};
  const std::string* text = value->text();
  if (text == nullptr) {
    wrong_kind(key, *value, "a duration with its unit, such as \"90 days\"");
    return {};
  }
  try {
    const Duration duration = parse_duration(*text);
    if (duration.days > 0) return duration;
    problem(key, "must be greater than 0");
  } catch (const Error& error) {
    problem(key, fmt::format("is wrong: {}", error.what()));
  }
  return {};
}

Duration Parameters::duration(const std::string& key) {
  if (!has(key)) {
    asked_.insert(key);
    missing(key);
  }
  return optional_duration(key).value_or(days(1));
}

std::vector<std::string> Parameters::texts_or(const std::string& key, std::vector<std::string> fallback) {
  const Value* value = find(key);
  if (value == nullptr) return fallback;
  if (const std::string* text = value->text()) return {*text};
  const auto* list = value->list();
  std::vector<std::string> texts;
  if (list != nullptr)
    for (const Value& item : *list)
      if (item.text() != nullptr) texts.push_back(*item.text());
  if (list != nullptr && texts.size() == list->size()) return texts;
  wrong_kind(key, *value, "a list of texts");
  return fallback;
}

std::string Parameters::word_or(const std::string& key, const std::vector<std::string>& words, std::string fallback) {
  std::string word = text_or(key, fallback);
  if (word == fallback || std::find(words.begin(), words.end(), word) != words.end()) return word;
  const std::string near = nearest_word(word, words);
  problem(key, fmt::format("is \"{}\"{}; there are: {}", word,
                           near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near), fmt::join(words, ", ")));
  return fallback;
}

void Parameters::done() {
  const std::vector<std::string> known(asked_.begin(), asked_.end());
  for (const auto& [key, value] : table_of(table_)) {
    if (asked_.contains(key)) continue;
    const std::string near = nearest_word(key, known);
    problems_.add(value.position,
                  fmt::format("unknown key `{}` in {}{}; it takes: {}", key, what_,
                              near.empty() ? "" : fmt::format(" (did you mean `{}`?)", near), fmt::join(known, ", ")));
  }
}

}  // namespace tocsin
