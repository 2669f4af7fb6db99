#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tocsin/core/units.hpp>
#include <tocsin/indicators/value.hpp>

namespace tocsin {

/// Reads the keys of one table by name, once each. A value that is missing or of the wrong kind is added to the
/// problems with its position, and a stand-in is returned so that reading goes on and finds the next problem.
class Parameters {
 public:
  /// @param what  for messages: "measure 'density'", "[scenario]"
  Parameters(const Value& table, std::string what, Problems& problems);

  [[nodiscard]] bool has(const std::string& key) const;
  [[nodiscard]] const Value* find(const std::string& key);  ///< null when absent; counts as read

  std::string text(const std::string& key);  ///< required
  std::string text_or(const std::string& key, std::string fallback);
  double number(const std::string& key);
  double number_or(const std::string& key, double fallback);
  bool boolean_or(const std::string& key, bool fallback);
  Day day(const std::string& key);
  std::optional<Day> optional_day(const std::string& key);
  Length length(const std::string& key);  ///< required, > 0
  Length length_or(const std::string& key, Length fallback);
  Duration duration(const std::string& key);
  std::optional<Duration> optional_duration(const std::string& key);  ///< > 0
  std::vector<std::string> texts_or(const std::string& key, std::vector<std::string> fallback);
  /// One of the words; the message for another names the nearest and lists all.
  std::string word_or(const std::string& key, const std::vector<std::string>& words, std::string fallback);

  /// Adds a problem about a key (or, when the key is absent, about the table).
  void problem(const std::string& key, const std::string& message);
  /// Every key that nobody asked for is a problem that names the nearest key that was asked for.
  void done();

  [[nodiscard]] const Position& position() const { return table_.position; }
  [[nodiscard]] Problems& problems() { return problems_; }

 private:
  [[nodiscard]] const Value* lookup(const std::string& key) const;
  void missing(const std::string& key);
  void wrong_kind(const std::string& key, const Value& value, const std::string& wanted);

  const Value& table_;
  std::string what_;
  Problems& problems_;
  std::set<std::string> asked_;
};

}  // namespace tocsin
