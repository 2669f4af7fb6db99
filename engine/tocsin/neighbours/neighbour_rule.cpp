#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/neighbours/neighbour_rule.hpp>

namespace tocsin {
namespace {

using Kind = NeighbourRule::Kind;

struct Word {
  const char* name;
  Kind kind;
  const char* argument;  ///< what follows the colon, as an example; null: nothing
};

constexpr std::array words{
    Word{"queen", Kind::queen, nullptr},       Word{"rook", Kind::rook, nullptr},
    Word{"knn", Kind::k_nearest, "8"},         Word{"band", Kind::band, "10 km"},
    Word{"delaunay", Kind::delaunay, nullptr}, Word{"gabriel", Kind::gabriel, nullptr},
    Word{"gal", Kind::gal, "weights.gal"},     Word{"gwt", Kind::gwt, "weights.gwt"},
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw Error(ErrorCode::invalid_argument, fmt::format("neighbours \"{}\": {}", text, why));
}

const Word& word_of(std::string_view text, std::string_view name) {
  std::vector<std::string> names;
  for (const Word& word : words) {
    if (name == word.name) return word;
    names.emplace_back(word.name);
  }
  refuse(text, "write queen, rook, delaunay, gabriel, \"knn: 8\", \"band: 10 km\", \"gal: FILE\" or \"gwt: FILE\"" +
                   did_you_mean(name, names));
}

int count_of(std::string_view text, std::string_view argument) {
  int k = 0;
  const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), k);
  if (error != std::errc() || end != argument.data() + argument.size() || k < 1)
    refuse(text, "the number of neighbours is a whole number from 1 on, \"knn: 8\"");
  return k;
}

}  // namespace

NeighbourRule parse_neighbour_rule(std::string_view text) {
  const auto colon = text.find(':');
  const Word& word = word_of(text, trimmed(text.substr(0, colon)));
  const std::string_view argument =
      colon == std::string_view::npos ? std::string_view{} : trimmed(text.substr(colon + 1));
  if (word.argument == nullptr && colon != std::string_view::npos)
    refuse(text, fmt::format("write {} alone", word.name));
  if (word.argument != nullptr && argument.empty())
    refuse(text, fmt::format("write \"{}: {}\"", word.name, word.argument));
  NeighbourRule rule;
  rule.kind = word.kind;
  if (rule.kind == Kind::k_nearest) rule.k = count_of(text, argument);
  if (rule.kind == Kind::band) {
    rule.distance = parse_length(argument);
    if (!(rule.distance.metres > 0)) refuse(text, "the distance must be larger than 0");
  }
  if (!rule.from_places()) rule.path = std::string(argument);
  return rule;
}

std::string to_string(const NeighbourRule& rule) {
  switch (rule.kind) {
    case Kind::k_nearest:
      return fmt::format("knn: {}", rule.k);
    case Kind::band:
      return fmt::format("band: {:g} m", rule.distance.metres);
    case Kind::gal:
      return "gal: " + rule.path;
    case Kind::gwt:
      return "gwt: " + rule.path;
    default:
      break;
  }
  for (const Word& word : words)
    if (word.kind == rule.kind) return word.name;
  return {};
}

}  // namespace tocsin
