#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/detail/write_file.hpp>
#include <tocsin/data/table/byte_stream.hpp>
#include <tocsin/data/weights_file.hpp>

namespace tocsin::data {
namespace {

constexpr std::string_view blanks = " \t\v\f";

/// Lines of a text, split into words at white space.
class WordLines {
 public:
  WordLines(std::string_view text, std::string path) : text_(text), path_(std::move(path)) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  /// The next line, even a blank one; false at the end.
  bool next(std::vector<std::string_view>& words) {
    words.clear();
    if (text_.empty()) return false;
    ++line_;
    const std::size_t end = std::min(text_.find_first_of("\r\n"), text_.size());
    split(text_.substr(0, end), words);
    const bool two = text_.substr(end).starts_with("\r\n");
    text_.remove_prefix(std::min(text_.size(), end + (two ? 2 : 1)));
    return true;
  }
  bool next_not_blank(std::vector<std::string_view>& words) {
    while (next(words))
      if (!words.empty()) return true;
    return false;
  }
  /// The next line is blank; it is taken then.
  void skip_blank() {
    const WordLines before = *this;
    std::vector<std::string_view> words;
    if (next(words) && !words.empty()) *this = before;
  }

  [[nodiscard]] std::int64_t line() const { return line_; }
  [[noreturn]] void refuse(const std::string& what) const { refuse(line_, what); }
  [[noreturn]] void refuse(std::int64_t line, const std::string& what) const {
    throw Error(ErrorCode::input, fmt::format("{}:{}: {}", path_, std::max<std::int64_t>(line, 1), what));
  }

 private:
  static void split(std::string_view line, std::vector<std::string_view>& words) {
    for (std::size_t at = line.find_first_not_of(blanks); at != std::string_view::npos;) {
      const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
      words.push_back(line.substr(at, end - at));
      at = line.find_first_not_of(blanks, end);
    }
  }

  std::string_view text_;
  std::string path_;
  std::int64_t line_ = 0;
};

std::optional<std::uint64_t> parse_count(std::string_view word) {
  std::uint64_t count = 0;
  const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), count);
  if (fault != std::errc{} || end != word.data() + word.size()) return {};
  return count;
}

/// A word for a message: at most some forty letters of it.
std::string shown(std::string_view word) {
  constexpr std::size_t most = 40;
  return word.size() <= most ? std::string(word) : std::string(word.substr(0, most)) + "...";
}

/// The number of the place that has a code.
class CodeIndex {
 public:
  explicit CodeIndex(std::span<const std::string> codes) : codes_(codes) {
    number_.reserve(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i)
      if (!number_.emplace(codes[i], static_cast<std::uint32_t>(i)).second)
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("two areas have the code '{}'; weights need a code of its own for each", codes[i]));
  }
  [[nodiscard]] std::uint32_t of(std::string_view word, const WordLines& lines) const {
    if (const auto found = number_.find(word); found != number_.end()) return found->second;
    lines.refuse(fmt::format("no area has the code '{}'{}; the file must name the areas as their code field does",
                             shown(word), word.size() < 100 ? did_you_mean(word, codes_) : ""));
  }
  [[nodiscard]] const std::string& code(std::size_t place) const { return codes_[place]; }
  [[nodiscard]] std::size_t size() const { return codes_.size(); }

 private:
  std::span<const std::string> codes_;
  std::unordered_map<std::string_view, std::uint32_t> number_;
};

void read_header(WordLines& lines, const CodeIndex& codes) {
  std::vector<std::string_view> words;
  if (!lines.next_not_blank(words))
    lines.refuse("the file is empty; its first line must say the number of places, as \"12\" or \"0 12 layer field\"");
  const bool full = words.size() >= 3 && words[0] == "0";
  const auto places = full ? parse_count(words[1]) : words.size() == 1 ? parse_count(words[0]) : std::nullopt;
  if (!places) lines.refuse("the first line must say the number of places, as \"12\" or \"0 12 layer field\"");
  if (*places != codes.size())
    lines.refuse(fmt::format("the file is made for {} places, but there are {} areas; use the file of these areas",
                             *places, codes.size()));
}

/// A link that was read, and where.
struct Link {
  std::uint32_t from = 0, to = 0;
  double weight = 1;
  std::int64_t line = 0;
};

Neighbours neighbours_of(std::vector<Link>& links, const WordLines& lines, const CodeIndex& codes) {
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) {
    return a.from != b.from ? a.from < b.from : a.to != b.to ? a.to < b.to : a.line < b.line;
  });
  const auto twice = std::adjacent_find(links.begin(), links.end(),
                                        [](const Link& a, const Link& b) { return a.from == b.from && a.to == b.to; });
  if (twice != links.end())
    lines.refuse(std::next(twice)->line,
                 fmt::format("'{}' is named twice as a neighbour of '{}' (before in line {}); take one away",
                             codes.code(twice->to), codes.code(twice->from), twice->line));
  const bool binary = std::all_of(links.begin(), links.end(), [](const Link& link) { return link.weight == 1; });
  std::vector<std::size_t> offsets(codes.size() + 1, 0);
  std::vector<std::uint32_t> indices;
  std::vector<double> weights;
  for (const Link& link : links) {
    ++offsets[link.from + 1];
    indices.push_back(link.to);
    if (!binary) weights.push_back(link.weight);
  }
  for (std::size_t i = 0; i < codes.size(); ++i) offsets[i + 1] += offsets[i];
  return {std::move(offsets), std::move(indices), std::move(weights)};
}

void require_places(const Neighbours& neighbours, std::span<const std::string> codes) {
  if (codes.size() != neighbours.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} codes for {} places", codes.size(), neighbours.size()));
  const CodeIndex each_once(codes);
  for (const std::string& code : codes)
    if (code.empty() || code.find_first_of(" \t\v\f\r\n") != std::string::npos)
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("the code '{}' cannot stand in a weights file: GAL and GWT hold codes without blanks "
                              "only; choose another code field",
                              code));
}

std::string header_line(const WeightsHeader& header, std::size_t places) {
  const auto word = [](std::string text) {
    for (char& letter : text)
      if (std::string_view(" \t\v\f\r\n").find(letter) != std::string_view::npos) letter = '_';
    return text.empty() ? "_" : text;
  };
  return fmt::format("0 {} {} {}\n", places, word(header.layer), word(header.code_field));
}

}  // namespace

Neighbours read_gal(const std::string& path, std::span<const std::string> codes) {
  const CodeIndex index(codes);
  const std::string text = read_text_file("weights", path);
  WordLines lines(text, path);
  read_header(lines, index);
  std::vector<std::int64_t> record_line(codes.size(), 0);
  std::vector<Link> links;
  std::vector<std::string_view> words;
  while (lines.next_not_blank(words)) {
    if (words.size() != 2)
      lines.refuse(fmt::format("a code and a number of neighbours are needed here, there are {} words", words.size()));
    const std::uint32_t place = index.of(words[0], lines);
    if (record_line[place] != 0)
      lines.refuse(fmt::format("'{}' has a second record (the first is in line {}); take one away", index.code(place),
                               record_line[place]));
    record_line[place] = lines.line();
    const auto count = parse_count(words[1]);
    if (!count) lines.refuse(fmt::format("'{}' is not a number of neighbours; write a whole number", shown(words[1])));
    if (*count == 0) {
      lines.skip_blank();
      continue;
    }
    lines.next(words);
    if (words.size() != *count)
      lines.refuse(record_line[place], fmt::format("'{}' says that it has {} neighbours, but the next line names {}; "
                                                   "correct the number or the line",
                                                   index.code(place), *count, words.size()));
    for (const std::string_view word : words) links.push_back({place, index.of(word, lines), 1, lines.line()});
  }
  const auto missing = std::find(record_line.begin(), record_line.end(), 0);
  if (missing != record_line.end())
    lines.refuse(fmt::format("the file ends without a record for '{}'; add one, with 0 neighbours if it has none",
                             index.code(static_cast<std::size_t>(missing - record_line.begin()))));
  return neighbours_of(links, lines, index);
}

Neighbours read_gwt(const std::string& path, std::span<const std::string> codes) {
  const CodeIndex index(codes);
  const std::string text = read_text_file("weights", path);
  WordLines lines(text, path);
  read_header(lines, index);
  std::vector<Link> links;
  std::vector<std::string_view> words;
  while (lines.next_not_blank(words)) {
    if (words.size() != 3)
      lines.refuse(fmt::format("two codes and a weight are needed here, there are {} words", words.size()));
    const auto weight = parse_number(words[2]);
    if (!weight || !(*weight >= 0) || std::isinf(*weight))
      lines.refuse(fmt::format("'{}' is not a weight; write a finite number that is 0 or more", shown(words[2])));
    links.push_back({index.of(words[0], lines), index.of(words[1], lines), *weight, lines.line()});
  }
  return neighbours_of(links, lines, index);
}

void write_gal(const std::string& path, const Neighbours& neighbours, std::span<const std::string> codes,
               const WeightsHeader& header) {
  require_places(neighbours, codes);
  for (const double weight : neighbours.all_weights())
    if (weight != 1)
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("GAL holds no weights, and one is {}; write a .gwt file", weight));
  std::string text = header_line(header, codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i) {
    text += fmt::format("{} {}\n", codes[i], neighbours.count(i));
    const char* before = "";
    for (const std::uint32_t neighbour : neighbours.indices(i)) {
      text += before;
      text += codes[neighbour];
      before = " ";
    }
    text += '\n';
  }
  write_file(path, text);
}

void write_gwt(const std::string& path, const Neighbours& neighbours, std::span<const std::string> codes,
               const WeightsHeader& header) {
  require_places(neighbours, codes);
  std::string text = header_line(header, codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i)
    for (std::size_t k = 0; k < neighbours.count(i); ++k)
      fmt::format_to(std::back_inserter(text), "{} {} {}\n", codes[i], codes[neighbours.indices(i)[k]],
                     neighbours.weight(i, k));
  write_file(path, text);
}

}  // namespace tocsin::data
