#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <tocsin/core/calendar.hpp>

namespace tocsin {

/// Where in a file a value stands; line and column count from 1, 0 means "nowhere in particular".
struct Position {
  std::string file;
  int line = 0;
  int column = 0;
};

struct KeyValue;
/// Keys in the order of the file.
using ValueTable = std::vector<KeyValue>;

/// One value of a scenario or catalogue file, with its position. The rest of the library reads these and never the
/// file.
struct Value {
  std::variant<std::string, double, bool, Day, std::vector<Value>, ValueTable> data;
  Position position;

  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&data); }
  [[nodiscard]] const double* number() const { return std::get_if<double>(&data); }
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&data); }
  [[nodiscard]] const Day* day() const { return std::get_if<Day>(&data); }
  [[nodiscard]] const std::vector<Value>* list() const { return std::get_if<std::vector<Value>>(&data); }
  [[nodiscard]] const ValueTable* table() const { return std::get_if<ValueTable>(&data); }
};

/// One key of a table.
struct KeyValue {
  std::string key;
  Value value;
};

/// Everything that is wrong with a scenario, collected so that it can be told at once.
class Problems {
 public:
  struct Problem {
    Position position;
    std::string message;
  };
  void add(const Position& position, std::string message) { all_.push_back({position, std::move(message)}); }
  [[nodiscard]] const std::vector<Problem>& all() const { return all_; }
  [[nodiscard]] bool empty() const { return all_.empty(); }
  /// "file:line:column: message", one line a problem, in the order of the file.
  [[nodiscard]] std::string text() const;
  /// @throws Error scenario with text() when there is any problem.
  void throw_if_any() const;

 private:
  std::vector<Problem> all_;
};

/// The candidate nearest to a misspelt word by edit distance; empty when none is near (more than a third of its letters
/// differ).
std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tocsin
