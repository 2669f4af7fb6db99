#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/delimited.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/drivers.hpp>

namespace tocsin::data {
namespace {

/// One record after the other out of a text.
class RecordParser {
 public:
  RecordParser(std::string_view text, char separator, const std::string& what)
      : text_(text), separator_(separator), what_(what) {}

  /// False at the end of the text. The record's cells replace those in `cells`.
  bool next(std::vector<std::string>& cells) {
    if (at_ >= text_.size()) return false;
    ++row_;
    std::size_t count = 0;
    for (bool more = true; more; ++count) {
      if (count == cells.size()) cells.emplace_back();
      cells[count].clear();
      more = field(cells[count]);
    }
    cells.resize(count);
    return true;
  }

  [[nodiscard]] std::int64_t row() const { return row_; }

 private:
  /// Reads a field and what ends it; true when another field follows in the record.
  bool field(std::string& cell) {
    if (at_ < text_.size() && text_[at_] == '"') quoted(cell);
    // Unquoted text, or what stands behind a closing quote, up to the separator; quotes in it are letters.
    while (at_ < text_.size()) {
      const char letter = text_[at_++];
      if (letter == separator_) return true;
      if (letter == '\n') return false;
      if (letter == '\r') {
        if (at_ < text_.size() && text_[at_] == '\n') ++at_;
        return false;
      }
      cell += letter;
    }
    return false;
  }

  void quoted(std::string& cell) {
    for (++at_;;) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos)
        throw Error(ErrorCode::input, fmt::format("{}, row {}: a quote is opened and never closed, so what follows "
                                                  "cannot be told apart; correct the quotes",
                                                  what_, row_));
      cell.append(text_.substr(at_, quote - at_));
      at_ = quote + 1;
      if (at_ >= text_.size() || text_[at_] != '"') return;
      cell += '"';
      ++at_;
    }
  }

  std::string_view text_;
  char separator_;
  const std::string& what_;
  std::size_t at_ = 0;
  std::int64_t row_ = 0;
};

char separator_of(std::string_view text) {
  constexpr std::array candidates{',', ';', '\t', '|'};
  std::array<int, candidates.size()> counts{};
  bool quoted = false;
  for (const char letter : text) {
    if (letter == '"') quoted = !quoted;
    if (quoted) continue;
    if (letter == '\n' || letter == '\r') break;
    for (std::size_t i = 0; i < candidates.size(); ++i) counts[i] += letter == candidates[i] ? 1 : 0;
  }
  return candidates[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin())];
}

/// Checks the bytes and brings them to UTF-8 without a byte order mark.
std::string as_utf8(std::string text, const std::string& what, std::vector<std::string>& warnings) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    throw Error(ErrorCode::input, what + " is UTF-16 text; save it as \"CSV UTF-8\"");
  if (text.find('\0') != std::string::npos)
    throw Error(ErrorCode::input, what + " is not a text: it holds zero bytes; export it as CSV again");
  if (CPLIsUTF8(text.data(), static_cast<int>(text.size())) != 0) return text;
  const std::unique_ptr<char, decltype(&VSIFree)> recoded(CPLRecode(text.c_str(), "CP1252", CPL_ENC_UTF8), &VSIFree);
  if (!recoded) throw Error(ErrorCode::input, what + " is not UTF-8 text; save it as \"CSV UTF-8\"");
  warnings.push_back(what + " is not UTF-8; it was read as Windows-1252, check the accents in names");
  return recoded.get();
}

bool is_blank(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) { return trim(cell).empty(); });
}

std::vector<std::string> header_of(std::vector<std::string> cells, const std::string& what) {
  // Spreadsheets leave unnamed empty columns on the right; those inside get a name by their place.
  while (!cells.empty() && trim(cells.back()).empty()) cells.pop_back();
  std::set<std::string> seen;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = std::string(trim(cells[i]));
    if (cells[i].empty()) cells[i] = fmt::format("column_{}", i + 1);
    if (!seen.insert(lower(cells[i])).second)
      throw Error(ErrorCode::input,
                  fmt::format("{}: the column '{}' occurs twice in the header; rename one", what, cells[i]));
  }
  if (cells.empty()) throw Error(ErrorCode::input, what + " has no header; the first row must name the columns");
  return cells;
}

}  // namespace

RawTable parse_delimited(std::string text, const std::string& what) {
  RawTable table;
  const ErrorTrap trap;
  text = as_utf8(std::move(text), what, table.warnings);
  RecordParser parser(text, separator_of(text), what);
  std::vector<std::string> cells;
  while (parser.next(cells) && is_blank(cells)) {
  }
  if (is_blank(cells)) throw Error(ErrorCode::input, what + " is empty; it needs a header row and records");
  table.columns = header_of(cells, what);
  const std::int64_t header_row = parser.row();
  while (parser.next(cells))
    if (!is_blank(cells)) table.add_row(parser.row() - header_row + 1, cells);
  return table;
}

std::string read_text_file(const std::string& source, const std::string& path) {
  require_file(source, path);
  const ErrorTrap trap;
  constexpr std::size_t most = std::size_t{1} << 31, block = std::size_t{1} << 20;
  const std::unique_ptr<VSILFILE, decltype(&VSIFCloseL)> file(VSIFOpenL(vsi_path(path).c_str(), "rb"), &VSIFCloseL);
  if (!file)
    throw Error(ErrorCode::input, fmt::format("source '{}': '{}' cannot be opened; check that it may be read{}", source,
                                              path, trap.note()));
  std::string text;
  for (std::size_t got = block; got == block;) {
    const std::size_t before = text.size();
    text.resize(before + block);
    got = VSIFReadL(text.data() + before, 1, block, file.get());
    text.resize(before + got);
    // A small archive can unpack to more than any machine holds.
    if (text.size() >= most)
      throw Error(ErrorCode::input,
                  fmt::format("source '{}': '{}' holds more than 2 GB of text; split it", source, path));
  }
  if (trap.failed())
    throw Error(ErrorCode::input,
                fmt::format("source '{}': '{}' cannot be read to its end; it is damaged{}", source, path, trap.note()));
  return text;
}

}  // namespace tocsin::data
