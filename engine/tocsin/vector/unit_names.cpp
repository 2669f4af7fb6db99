#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/nearest_name.hpp>
#include <tocsin/vector/placement.hpp>
#include <tocsin/vector/unit_names.hpp>

namespace tocsin {
namespace {

using Word = std::string_view;

/// Kinds of units in the languages of the sources (English, French, Spanish, Portuguese), folded.
constexpr std::array<Word, 38> kinds{
    "area",      "arrondissement", "boma",        "canton",      "cercle",        "commune",      "comuna",
    "county",    "departamento",   "department",  "departement", "district",      "distrito",     "division",
    "estado",    "etat",           "governorate", "localite",    "locality",      "municipality", "municipalite",
    "municipio", "payam",          "prefecture",  "prefectures", "province",      "provincia",    "provincias",
    "region",    "regions",        "state",       "subcounty",   "subprefecture", "territoire",   "territory",
    "wilaya",    "woreda",         "zone"};
/// Words that belong to a kind, and are dropped only beside one: "sub prefecture", "administrative area".
constexpr std::array<Word, 8> qualifiers{"administrative", "autonomous", "economic", "economique",
                                         "local",          "sous",       "special",  "sub"};
/// Words between a leading kind and the name.
constexpr std::array<Word, 14> links{"d",  "da", "de", "del", "des", "do",  "dos",
                                     "du", "el", "l",  "la",  "le",  "les", "of"};

bool is_in(Word word, std::span<const Word> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::vector<Word> split(std::string_view text) {
  std::vector<Word> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

void drop_trailing_kind(std::span<const Word>& words) {
  const std::size_t before = words.size();
  while (words.size() > 1 && is_in(words.back(), kinds)) words = words.first(words.size() - 1);
  if (words.size() == before) return;
  while (words.size() > 1 && is_in(words.back(), qualifiers)) words = words.first(words.size() - 1);
}

void drop_leading_kind(std::span<const Word>& words) {
  std::span<const Word> rest = words;
  while (rest.size() > 1 && is_in(rest.front(), qualifiers)) rest = rest.subspan(1);
  if (rest.size() < 2 || !is_in(rest.front(), kinds)) return;
  rest = rest.subspan(1);
  while (rest.size() > 1 && is_in(rest.front(), qualifiers)) rest = rest.subspan(1);
  while (rest.size() > 1 && is_in(rest.front(), links)) rest = rest.subspan(1);
  words = rest;
}

/// The bare name without spaces: "M'Baiki" and "Mbaiki" are one place.
std::string bare_key(std::string_view folded) {
  std::string key = bare_unit_name(folded);
  std::erase(key, ' ');
  return key;
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char letter) { return std::isdigit(letter) != 0; });
}

/// A code without what spreadsheets and hands do to codes: case, spaces, punctuation, ".0", zeros before the digits.
std::string loose_code(std::string_view code) {
  if (code.size() > 2 && code.ends_with(".0")) code.remove_suffix(2);
  std::string loose;
  bool leading = true;  // zeros before a number
  for (const char letter : fold_name(code)) {
    if (letter == ' ') continue;
    if (letter == '0' && leading) continue;
    leading = std::isdigit(static_cast<unsigned char>(letter)) == 0;
    loose += letter;
  }
  return loose;
}

/// An alias is entered in three ways, told apart by a letter before it.
constexpr char as_written = '=', as_folded = '~', as_bare = '*';
constexpr std::size_t several_units = static_cast<std::size_t>(-1);

}  // namespace

std::string bare_unit_name(std::string_view folded) {
  const std::vector<Word> all = split(folded);
  std::span<const Word> words = all;
  drop_trailing_kind(words);
  drop_leading_kind(words);
  std::string bare;
  for (const Word word : words) {
    if (!bare.empty()) bare += ' ';
    bare += word;
  }
  return bare;
}

UnitNames::UnitNames(const Areas& areas, const UnitAliases& aliases) : codes_(areas.codes), names_(areas.names) {
  for (std::size_t i = 0; i < codes_.size(); ++i) {
    if (codes_[i].empty()) continue;
    by_code_[codes_[i]].push_back(i);
    by_loose_code_[loose_code(codes_[i])].push_back(i);
  }
  names_.resize(codes_.size());
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::string folded = fold_name(names_[i]);
    if (folded.empty()) continue;
    by_name_[folded].push_back(i);
    const std::string bare = bare_key(folded);
    by_bare_name_[bare].push_back(i);
    bare_names_.push_back(bare);
  }
  std::sort(bare_names_.begin(), bare_names_.end());
  bare_names_.erase(std::unique(bare_names_.begin(), bare_names_.end()), bare_names_.end());
  const auto enter = [&](char how, const std::string& text, std::size_t unit) {
    if (text.empty()) return;
    const auto [known, is_new] = aliases_.try_emplace(how + text, unit);
    if (!is_new && known->second != unit) known->second = several_units;
  };
  for (const auto& [written, code] : aliases) {
    const auto unit = by_code_.find(code);
    if (unit == by_code_.end()) continue;
    const std::string folded = fold_name(written);
    enter(as_written, written, unit->second.front());
    enter(as_folded, folded, unit->second.front());
    enter(as_bare, bare_key(folded), unit->second.front());
  }
}

std::int64_t UnitNames::by_alias(std::string_view written) const {
  if (aliases_.empty()) return -1;
  const std::string folded = fold_name(written);
  for (const std::string& key : {as_written + std::string(written), as_folded + folded, as_bare + bare_key(folded)})
    if (const auto found = aliases_.find(key); found != aliases_.end())
      return found->second == several_units ? -1 : static_cast<std::int64_t>(found->second);
  return -1;
}

std::int64_t UnitNames::by_code(const std::string& code) const {
  if (const auto found = by_code_.find(code); found != by_code_.end())
    return static_cast<std::int64_t>(found->second.front());
  return by_alias(code);
}

std::vector<std::size_t> UnitNames::by_name(std::string_view name) const {
  if (const std::int64_t unit = by_alias(name); unit >= 0) return {static_cast<std::size_t>(unit)};
  const std::string folded = fold_name(name);
  if (const auto found = by_name_.find(folded); found != by_name_.end()) return found->second;
  const auto found = by_bare_name_.find(bare_key(folded));
  return found == by_bare_name_.end() ? std::vector<std::size_t>{} : found->second;
}

std::int64_t UnitNames::by_either(const std::string& written) const {
  if (const std::int64_t unit = by_code(written); unit >= 0) return unit;
  const std::vector<std::size_t> units = by_name(written);
  return units.size() == 1 ? static_cast<std::int64_t>(units.front()) : -1;
}

std::int64_t UnitNames::nearest(const std::string& written) const {
  const auto only = [](const Index& index, const std::string& key) {
    const auto found = index.find(key);
    const bool one = found != index.end() && found->second.size() == 1;
    return one ? static_cast<std::int64_t>(found->second.front()) : std::int64_t{-1};
  };
  if (const std::int64_t unit = only(by_loose_code_, loose_code(written)); unit >= 0) return unit;
  if (has_digit(written)) return -1;
  const std::string bare = bare_key(fold_name(written));
  if (bare.empty()) return -1;
  return only(by_bare_name_, nearest_name(bare, bare_names_));
}

std::string UnitNames::label(std::size_t unit) const {
  return names_[unit] == codes_[unit] ? codes_[unit] : fmt::format("{} ({})", names_[unit], codes_[unit]);
}

std::string UnitNames::suggestion(const std::string& written) const {
  if (const std::vector<std::size_t> units = by_name(written); units.size() > 1) {
    std::vector<std::string> labels;
    for (const std::size_t unit : units) labels.push_back(label(unit));
    return fmt::format("{}", fmt::join(labels, " or "));
  }
  const std::int64_t unit = nearest(written);
  return unit < 0 ? std::string() : label(static_cast<std::size_t>(unit));
}

}  // namespace tocsin
