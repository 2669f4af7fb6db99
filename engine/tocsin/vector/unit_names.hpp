#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <tocsin/vector/areas.hpp>

namespace tocsin {

/// A folded unit name without the words that only say what kind of unit it is: "tambura county", "sous prefecture de
/// bakouma" and "prefecture economique de la nana gribizi" become "tambura", "bakouma" and "nana gribizi". A name made
/// of such words alone keeps one of them.
std::string bare_unit_name(std::string_view folded);

/// What a source writes -> the code that it stands for. Compared to the letter, else without case and accents, else by
/// bare names ("Wau county" and "Wau") unless those would stand for several units.
using UnitAliases = std::map<std::string, std::string>;

/// Finds units of one administrative level by what is written of them. Keeps no reference to the areas.
class UnitNames {
 public:
  explicit UnitNames(const Areas& areas, const UnitAliases& aliases = {});

  /// The unit with exactly this code, or the one that the alias stands for, or -1.
  [[nodiscard]] std::int64_t by_code(const std::string& code) const;
  /// Units with this name: the one that the alias stands for; else those whose folded names agree; else those whose
  /// bare names do, spaces aside.
  [[nodiscard]] std::vector<std::size_t> by_name(std::string_view name) const;

  /// What is written is a code or a name, nobody knows which: by_code(), then by_name() where one unit has it.
  [[nodiscard]] std::int64_t by_either(const std::string& written) const;

  /// The unit that was probably meant by something that is neither code nor name: a code but for case, punctuation,
  /// leading zeros or a decimal ".0"; or the name with the fewest letters changed, at most a third. Something with a
  /// digit is taken for a code: codes one digit apart are different places. -1: none, or several as near.
  [[nodiscard]] std::int64_t nearest(const std::string& written) const;
  /// "Tambura (SS1009)" of nearest(); the units that share the name when there are several; empty for neither.
  [[nodiscard]] std::string suggestion(const std::string& written) const;

  [[nodiscard]] const std::string& code(std::size_t unit) const { return codes_[unit]; }
  [[nodiscard]] const std::string& name(std::size_t unit) const { return names_[unit]; }
  [[nodiscard]] std::size_t size() const { return codes_.size(); }

 private:
  using Index = std::unordered_map<std::string, std::vector<std::size_t>>;

  [[nodiscard]] std::int64_t by_alias(std::string_view written) const;
  [[nodiscard]] std::string label(std::size_t unit) const;

  std::vector<std::string> codes_, names_;
  Index by_code_, by_name_, by_bare_name_, by_loose_code_;
  std::vector<std::string> bare_names_;  ///< distinct, sorted
  std::unordered_map<std::string, std::size_t> aliases_;
};

}  // namespace tocsin
