#include <algorithm>
#include <array>
#include <span>

#include <boost/geometry/algorithms/covered_by.hpp>
#include <boost/geometry/strategies/strategies.hpp>

#include <tocsin/vector/placement.hpp>
#include <tocsin/vector/unit_finder.hpp>

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

UnitFinder::UnitFinder(const Areas& areas) : areas_(areas), locator_(areas) {
  for (std::size_t i = 0; i < areas.codes.size(); ++i)
    if (!areas.codes[i].empty()) codes_[areas.codes[i]].push_back(i);
  for (std::size_t i = 0; i < areas.names.size(); ++i) {
    const std::string folded = fold_name(areas.names[i]);
    if (folded.empty()) continue;
    names_[folded].push_back(i);
    bare_names_[bare_key(folded)].push_back(i);
  }
}

std::int64_t UnitFinder::by_code(const std::string& code) const {
  const auto found = codes_.find(code);
  return found == codes_.end() ? -1 : static_cast<std::int64_t>(found->second.front());
}

std::vector<std::size_t> UnitFinder::by_name(std::string_view name) const {
  const std::string folded = fold_name(name);
  if (const auto found = names_.find(folded); found != names_.end()) return found->second;
  const auto found = bare_names_.find(bare_key(folded));
  return found == bare_names_.end() ? std::vector<std::size_t>{} : found->second;
}

bool UnitFinder::holds(std::size_t unit, double x, double y) const {
  return boost::geometry::covered_by(Point(x, y), areas_.shapes[unit]);
}

}  // namespace tocsin
