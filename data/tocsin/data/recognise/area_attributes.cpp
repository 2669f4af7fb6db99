#include <algorithm>
#include <array>
#include <sstream>

#include <tocsin/data/recognise/area_attributes.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin::data {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool has_word(const std::string& folded, std::string_view wanted) {
  std::istringstream words(folded);
  for (std::string word; words >> word;)
    if (word == wanted) return true;
  return false;
}

/// "adm2", "adm 2", "admin2", "level 2"; -1 without.
int digit_of(const std::string& folded) {
  for (const std::string_view stem : {"adm", "admin", "level", "niveau"})
    for (auto at = folded.find(stem); at != std::string::npos; at = folded.find(stem, at + 1)) {
      auto next = at + stem.size();
      if (next < folded.size() && folded[next] == ' ') ++next;
      if (next < folded.size() && folded[next] >= '0' && folded[next] <= '3') return folded[next] - '0';
    }
  return -1;
}

struct LevelWord {
  const char* word;
  int level;
};
/// Plurals are found as well. A "sub county" is below a county: the longer words come first.
constexpr std::array level_words{
    LevelWord{"sub county", 3},  LevelWord{"sub countie", 3},  LevelWord{"subcountie", 3},
    LevelWord{"subcounty", 3},   LevelWord{"sub district", 3}, LevelWord{"sous prefecture", 2},
    LevelWord{"payam", 3},       LevelWord{"commune", 3},      LevelWord{"county", 2},
    LevelWord{"countie", 2},     LevelWord{"district", 2},     LevelWord{"territoire", 2},
    LevelWord{"territory", 2},   LevelWord{"municipio", 2},    LevelWord{"locality", 2},
    LevelWord{"localitie", 2},   LevelWord{"prefecture", 1},   LevelWord{"state", 1},
    LevelWord{"province", 1},    LevelWord{"region", 1},       LevelWord{"governorate", 1},
    LevelWord{"departement", 1}, LevelWord{"departamento", 1}, LevelWord{"country", 0},
    LevelWord{"countrie", 0},    LevelWord{"pays", 0},
};

int code_score(const AttributeLook& attribute, int layer_level) {
  if (!attribute.is_complete || !attribute.is_unique) return -1;
  const std::string folded = fold_name(attribute.name);
  int score = -1;
  if (has(folded, "pcode") || has(folded, "p code"))
    score = 60;
  else if (has(folded, "code") || has(folded, "iso"))
    score = 40;
  else if (has_word(folded, "id") || folded.ends_with("id"))
    score = 20;
  else if (!attribute.is_number)
    score = has(folded, "name") || has(folded, "nom") ? 10 : 5;
  if (score < 0) return score;
  const int digit = digit_of(folded);
  return score + (digit >= 0 ? digit + (digit == layer_level ? 5 : 0) : 0);
}

int name_score(const AttributeLook& attribute, int level) {
  if (attribute.is_number) return -1;
  const std::string folded = fold_name(attribute.name);
  if (has(folded, "code") || has_word(folded, "id")) return -1;
  int score = -1;
  if (has(folded, "name") || has_word(folded, "nom") || has_word(folded, "nombre"))
    score = 30;
  else if (digit_of(folded) >= 0)
    for (const char* language : {"en", "fr", "es", "pt"})
      if (has_word(folded, language)) score = 25;
  if (score < 0 && level >= 0 && admin_level_of(folded) == level) score = 15;  // "county"
  if (score < 0) return score;
  if (has(folded, "alt") || has(folded, "ref") || has(folded, "old")) score -= 10;
  const int digit = digit_of(folded);
  if (digit >= 0 && level >= 0) score += digit == level ? 10 : -25;
  return score + (attribute.is_complete ? 3 : 0) + (attribute.is_unique ? 2 : 0);
}

template <typename Score>
std::string best_of(std::span<const AttributeLook> attributes, const Score& score) {
  std::string best;
  int highest = -1;
  for (const AttributeLook& attribute : attributes)
    if (const int own = score(attribute); own > highest) {
      highest = own;
      best = attribute.name;
    }
  return best;
}

}  // namespace

int admin_level_of(std::string_view name) {
  const std::string folded = fold_name(name);
  if (const int digit = digit_of(folded); digit >= 0) return digit;
  for (const auto& [word, level] : level_words) {
    const auto at = folded.find(word);
    if (at == std::string::npos || (at > 0 && folded[at - 1] != ' ')) continue;
    std::size_t end = at + std::string_view(word).size();
    if (end < folded.size() && folded[end] == 's') ++end;
    if (end == folded.size() || folded[end] == ' ' || (folded[end] >= '0' && folded[end] <= '9')) return level;
  }
  return -1;
}

AreaAttributes recognise_area_attributes(std::span<const AttributeLook> attributes, std::string_view layer_name) {
  AreaAttributes found;
  const int layer_level = admin_level_of(layer_name);
  found.code = best_of(attributes, [&](const AttributeLook& each) { return code_score(each, layer_level); });
  found.level = digit_of(fold_name(found.code));
  if (found.level < 0) found.level = layer_level;
  found.name = best_of(attributes, [&](const AttributeLook& each) { return name_score(each, found.level); });
  if (found.name.empty()) found.name = found.code;
  found.population = best_of(attributes, [](const AttributeLook& each) {
    const std::string folded = fold_name(each.name);
    if (!each.is_number) return -1;
    return folded == "population"                      ? 3
           : folded.starts_with("pop")                 ? 2
           : folded == "persons" || folded == "people" ? 1
                                                       : -1;
  });
  return found;
}

}  // namespace tocsin::data
