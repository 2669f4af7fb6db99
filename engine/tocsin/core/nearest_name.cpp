#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include <tocsin/core/nearest_name.hpp>

namespace tocsin {
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

/// ASCII letters in lower case.
std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return result;
}

}  // namespace

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

}  // namespace tocsin
