#include <algorithm>
#include <charconv>
#include <numeric>
#include <vector>

#include <tocsin/data/detail/text.hpp>

namespace tocsin::data {
namespace {

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), next(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      next[j] = std::min({last[j] + 1, next[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, next);
  }
  return last[b.size()];
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return result;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n\v\f", no_break = "\xC2\xA0";
  for (bool changed = true; changed;) {
    changed = false;
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    text = text.substr(first, text.find_last_not_of(blank) - first + 1);
    if (text.starts_with(no_break)) text.remove_prefix(no_break.size()), changed = true;
    if (text.ends_with(no_break)) text.remove_suffix(no_break.size()), changed = true;
  }
  return text;
}

std::optional<double> parse_number(std::string_view text) {
  text = trim(text);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

std::string nearest_name(std::string_view text, std::span<const std::string> candidates) {
  const std::string wanted = lower(text);
  std::string best;
  // More than a third of the letters changed is another word.
  std::size_t fewest = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::string other = lower(candidate);
    // "lat" is meant by "latitude" and the other way round, however many letters apart.
    const bool begins =
        wanted.size() >= 3 && other.size() >= 3 && (wanted.starts_with(other) || other.starts_with(wanted));
    const std::size_t edits = begins ? 1 : edits_between(wanted, other);
    if (edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view text, std::span<const std::string> candidates) {
  const std::string best = nearest_name(text, candidates);
  return best.empty() ? best : "; did you mean '" + best + "'?";
}

}  // namespace tocsin::data
