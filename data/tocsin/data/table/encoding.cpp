#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/table/encoding.hpp>

namespace tocsin::data {
namespace {

constexpr std::size_t piece = std::size_t{1} << 18;

struct Known {
  const char *name, *converter;
};

/// A short list instead of all that iconv knows: its rarer converters have had their own defects.
constexpr std::array known{
    Known{"UTF-8", ""},
    Known{"UTF-16", "UTF-16LE"},
    Known{"UTF-16LE", "UTF-16LE"},
    Known{"UTF-16BE", "UTF-16BE"},
    Known{"Windows-1252", "CP1252"},
    Known{"Latin-1", "ISO-8859-1"},
    Known{"ISO-8859-1", "ISO-8859-1"},
    Known{"ISO-8859-15", "ISO-8859-15"},
    Known{"Windows-1250", "CP1250"},
    Known{"Windows-1251", "CP1251"},
    Known{"Windows-1256", "CP1256"},
    Known{"IBM850", "IBM850"},
    Known{"Macintosh", "MACINTOSH"},
};

/// What a file is whose first bytes no text has.
struct Magic {
  std::string_view bytes;
  const char* advice;
};
constexpr std::array magics{
    Magic{"PK\x03\x04", "it is a workbook or a zip archive; give it its own extension, such as .xlsx"},
    Magic{"\xD0\xCF\x11\xE0", "it is an old workbook; save it as .xlsx or \"CSV UTF-8\""},
    Magic{"\x1F\x8B", "it is packed by gzip; give it the extension .csv.gz"},
    Magic{"%PDF", "it is a PDF; ask for the table that it was made from"},
    Magic{"SQLite format 3", "it is a database; give it its own extension, such as .gpkg"},
};

Encoding named(const std::string& name, const std::string& what) {
  for (const Known& entry : known)
    if (lower(entry.name) == lower(trim(name))) return {entry.name, entry.converter, 0};
  throw Error(ErrorCode::scenario,
              fmt::format("{}: there is no encoding '{}'{}; use auto, {}", what, name,
                          did_you_mean(name, known_encodings()), fmt::join(known_encodings(), ", ")));
}

std::string head_of(ByteStream& bytes) {
  std::string head(4096, '\0');
  head.resize(bytes.read(head.data(), head.size()));
  bytes.rewind();
  return head;
}

/// Latin letters in UTF-16 have a zero byte each, on the same side; few others have one on the other.
std::optional<Encoding> utf16_without_mark(std::string_view head) {
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i + 1 < head.size(); i += 2)
    for (const std::size_t side : {0U, 1U}) zeros[side] += head[i + side] == '\0' ? 1 : 0;
  const std::size_t pairs = head.size() / 2;
  constexpr std::size_t few = 10;
  if (pairs >= 2 && zeros[0] * few < zeros[1] && zeros[1] * 2 > pairs) return Encoding{"UTF-16LE", "UTF-16LE", 0};
  if (pairs >= 2 && zeros[1] * few < zeros[0] && zeros[0] * 2 > pairs) return Encoding{"UTF-16BE", "UTF-16BE", 0};
  return {};
}

std::optional<Encoding> by_mark(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) return Encoding{"UTF-8", "", 3};
  if (head.starts_with("\xFF\xFE")) return Encoding{"UTF-16LE", "UTF-16LE", 2};
  if (head.starts_with("\xFE\xFF")) return Encoding{"UTF-16BE", "UTF-16BE", 2};
  return {};
}

bool is_utf16(const Encoding& encoding) {
  return encoding.converter.starts_with("UTF-16");
}

std::int64_t line_of(ByteStream& bytes, std::int64_t offset) {
  std::string text(piece, '\0');
  std::int64_t line = 1;
  bytes.rewind();
  for (std::int64_t left = offset; left > 0;) {
    const std::size_t got = bytes.read(text.data(), std::min(piece, static_cast<std::size_t>(left)));
    if (got == 0) break;
    line += std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(got), '\n');
    left -= static_cast<std::int64_t>(got);
  }
  return line;
}

/// The line on which UTF-8 ends, counted from 1; nothing when all is UTF-8. Zero bytes are refused.
std::optional<std::int64_t> first_line_not_utf8(ByteStream& bytes, const std::string& what) {
  std::string text;
  std::int64_t offset = 0;  // of what is still to be looked at
  bool is_utf8 = true;
  for (bool more = true; more;) {
    const std::size_t kept = text.size();
    text.resize(kept + piece);
    const std::size_t got = bytes.read(text.data() + kept, piece);
    more = got == piece;
    text.resize(kept + got);
    if (std::memchr(text.data() + kept, 0, got) != nullptr)
      throw Error(ErrorCode::input, what + " is not a text: it holds zero bytes; export it as CSV again");
    const std::size_t valid = is_utf8 ? valid_utf8(text) : 0;
    offset += static_cast<std::int64_t>(valid);
    // The last character may go on in the next piece.
    constexpr std::size_t longest_rest = 3;
    is_utf8 = is_utf8 && text.size() - valid <= longest_rest && (more || valid == text.size());
    text.erase(0, is_utf8 ? valid : text.size());
  }
  const std::optional<std::int64_t> line = is_utf8 ? std::nullopt : std::optional(line_of(bytes, offset));
  bytes.rewind();
  return line;
}

}  // namespace

void require_encoding(const std::string& declared, const std::string& what) {
  if (declared != "auto") named(declared, what);
}

std::vector<std::string> known_encodings() {
  std::vector<std::string> names;
  for (const Known& entry : known) names.emplace_back(entry.name);
  return names;
}

std::size_t valid_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const std::size_t size = text.size();
  std::size_t at = 0;
  const auto follows = [&](std::size_t i, unsigned low, unsigned high) {
    return at + i < size && bytes[at + i] >= low && bytes[at + i] <= high;
  };
  while (at < size) {
    if (at + 8 <= size) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, bytes + at, 8);
      if ((eight & 0x8080808080808080ULL) == 0) {
        at += 8;
        continue;
      }
    }
    const unsigned first = bytes[at];
    std::size_t length = 0;
    // The Unicode Standard, table 3-7: well-formed byte sequences.
    if (first < 0x80) {
      length = 1;
    } else if (first >= 0xC2 && first <= 0xDF) {
      length = follows(1, 0x80, 0xBF) ? 2 : 0;
    } else if (first >= 0xE0 && first <= 0xEF) {
      const bool second = follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
      length = second && follows(2, 0x80, 0xBF) ? 3 : 0;
    } else if (first >= 0xF0 && first <= 0xF4) {
      const bool second = follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
      length = second && follows(2, 0x80, 0xBF) && follows(3, 0x80, 0xBF) ? 4 : 0;
    }
    if (length == 0) return at;
    at += length;
  }
  return at;
}

Encoding encoding_of(ByteStream& bytes, const std::string& declared, const std::string& what,
                     std::vector<std::string>& warnings) {
  const std::string head = head_of(bytes);
  for (const Magic& magic : magics)
    if (head.starts_with(magic.bytes))
      throw Error(ErrorCode::input, fmt::format("{} is not a text: {}", what, magic.advice));
  const std::optional<Encoding> marked = by_mark(head);
  const bool is_declared = lower(trim(declared)) != "auto" && !trim(declared).empty();
  if (is_declared) {
    Encoding encoding = named(declared, what);
    if (encoding.name == "UTF-16" && !marked)
      if (const auto guess = utf16_without_mark(head)) encoding.converter = guess->converter;
    if (marked && is_utf16(*marked) == is_utf16(encoding)) encoding.mark = marked->mark;
    if (encoding.name == "UTF-16" && marked && is_utf16(*marked)) encoding.converter = marked->converter;
    if (is_utf16(encoding)) return encoding;
    const auto wrong = first_line_not_utf8(bytes, what);
    if (wrong && encoding.converter.empty())
      throw Error(ErrorCode::input, fmt::format("{}, line {}: not UTF-8, though `encoding` says so; it may be "
                                                "Windows-1252",
                                                what, *wrong));
    if (!wrong && marked) return *marked;  // a mark of UTF-8 that the text bears out outranks what was declared
    return encoding;
  }
  if (marked && is_utf16(*marked)) return *marked;
  if (!marked) {
    if (auto guess = utf16_without_mark(head)) {
      warnings.push_back(
          fmt::format("{} has no byte order mark and was taken for {} by its zero bytes; if that is "
                      "wrong, set the source's encoding",
                      what, guess->name));
      return *guess;
    }
  }
  const auto wrong = first_line_not_utf8(bytes, what);
  if (!wrong) return {"UTF-8", "", marked ? marked->mark : 0};
  if (marked)
    throw Error(ErrorCode::input,
                fmt::format("{}, line {}: marked as UTF-8, but this line is not; save it again as \"CSV UTF-8\"", what,
                            *wrong));
  warnings.push_back(
      fmt::format("{} is not UTF-8 (line {}); it was read as Windows-1252: check the accents in names, "
                  "and set the source's encoding if they are wrong",
                  what, *wrong));
  return named("Windows-1252", what);
}

}  // namespace tocsin::data
