#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/table/workbook_parts.hpp>

namespace tocsin::data {
namespace {

/// What a cell of a spreadsheet can hold.
constexpr std::int64_t most_letters = 32'767;
/// No tag of a row or a cell is longer.
constexpr std::size_t longest_tag = 4096;
/// What a cell takes in GDAL's memory, whatever it holds.
constexpr double cell_bytes = 16;

bool is_blank(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

std::string_view name_of(std::string_view tag) {
  const auto end = std::find_if(tag.begin(), tag.end(), [](char letter) { return is_blank(letter) || letter == '/'; });
  return tag.substr(0, static_cast<std::size_t>(end - tag.begin()));
}

/// The value of an attribute without namespace; empty when the tag has none.
std::string_view attribute_of(std::string_view tag, std::string_view name) {
  for (std::size_t at = 0; at < tag.size();) {
    const std::size_t opening = tag.find_first_of("\"'", at);
    if (opening == std::string_view::npos) return {};
    const std::size_t closing = tag.find(tag[opening], opening + 1);
    if (closing == std::string_view::npos) return {};
    std::string_view before = tag.substr(at, opening - at);
    while (!before.empty() && (is_blank(before.back()) || before.back() == '=')) before.remove_suffix(1);
    const bool ends_so = before.ends_with(name);
    if (ends_so && (before.size() == name.size() || is_blank(before[before.size() - name.size() - 1])))
      return tag.substr(opening + 1, closing - opening - 1);
    at = closing + 1;
  }
  return {};
}

/// The column of "AB12", from 1; 0 for anything else.
std::int64_t column_of(std::string_view place) {
  std::int64_t column = 0;
  for (const char letter : place) {
    const char upper = static_cast<char>(letter & ~0x20);
    if (upper < 'A' || upper > 'Z') break;
    column = std::min<std::int64_t>(column * 26 + (upper - 'A' + 1), 1'000'000'000);
  }
  return column;
}

}  // namespace

void WorkbookParts::refuse(const std::string& why) const {
  throw Error(ErrorCode::input, fmt::format("{}: {} save the sheet as \"CSV UTF-8\"", what_, why));
}

void WorkbookParts::begin_part(bool has_shared_texts) {
  shares_texts_ = has_shared_texts;
  is_first_byte_ = true;
  in_ = In::text;
  in_item_ = in_item_text_ = in_entity_ = in_shared_cell_ = in_value_ = false;
  row_ = column_ = last_column_ = 0;
}

void WorkbookParts::scan(std::string_view piece) {
  if (is_first_byte_ && !piece.empty()) {
    const auto first = static_cast<unsigned char>(piece[0]);
    if (first == 0xFE || first == 0xFF || first == 0) refuse("a part of it is not UTF-8;");
    is_first_byte_ = false;
  }
  for (const char letter : piece) {
    switch (in_) {
      case In::text:
        scan_text(letter);
        break;
      case In::tag:
        scan_tag(letter);
        break;
      case In::comment:
        end_marked("-->", letter);
        break;
      case In::instruction:
        end_marked("?>", letter);
        break;
      case In::literal:
        if (in_item_text_) {
          ++letters_;
          ++bytes_;
        }
        end_marked("]]>", letter);
    }
  }
}

void WorkbookParts::end_marked(std::string_view mark, char letter) {
  ahead_ += letter;
  if (ahead_.size() > mark.size()) ahead_.erase(0, 1);
  if (ahead_ == mark) in_ = In::text;
}

void WorkbookParts::scan_text(char letter) {
  if (letter == '<') {
    in_ = In::tag;
    tag_.clear();
    quote_ = 0;
    return;
  }
  if (in_item_text_) {
    ++bytes_;
    const bool continues = (static_cast<unsigned char>(letter) & 0xC0) == 0x80;
    if (letter == '&') in_entity_ = true;
    if (letter == ';') in_entity_ = false;
    if (!continues && !in_entity_) ++letters_;
  } else if (in_value_ && letter >= '0' && letter <= '9') {
    index_ = std::min<std::int64_t>(std::max<std::int64_t>(index_, 0) * 10 + (letter - '0'), 1'000'000'000'000);
  }
}

void WorkbookParts::scan_tag(char letter) {
  if (quote_ != 0) {
    if (letter == quote_) quote_ = 0;
  } else if (letter == '"' || letter == '\'') {
    quote_ = letter;
  } else if (letter == '>') {
    in_ = In::text;
    return end_tag();
  }
  if (tag_.size() < longest_tag)
    tag_ += letter;
  else if (name_of(tag_) == "c" || name_of(tag_) == "row")
    refuse("a tag of a cell is longer than any program writes it;");
  ahead_.clear();
  if (tag_ == "!--")
    in_ = In::comment;
  else if (tag_ == "?")
    in_ = In::instruction;
  else if (tag_ == "![CDATA[")
    in_ = In::literal;
  else if (tag_ == "!DOCTYPE")
    refuse("it has a document type, which no spreadsheet program writes;");
}

void WorkbookParts::end_tag() {
  const std::string_view tag = tag_;
  if (tag.starts_with('/')) return close_element(name_of(tag.substr(1)));
  const std::string_view name = name_of(tag);
  open_element(name, tag);
  if (tag.ends_with('/')) close_element(name);
}

void WorkbookParts::open_element(std::string_view name, std::string_view tag) {
  if (name == "si") {
    if (!shares_texts_) refuse("it keeps shared texts where they do not belong;");
    in_item_ = true;
    letters_ = bytes_ = 0;
  } else if (name == "t") {
    in_item_text_ = in_item_;
    in_entity_ = false;
  } else if (name == "row") {
    add_row(tag);
  } else if (name == "c") {
    add_cell(tag);
  } else if (name == "v") {
    in_value_ = in_shared_cell_;
    index_ = -1;
  }
}

void WorkbookParts::close_element(std::string_view name) {
  if (name == "t") {
    in_item_text_ = false;
    if (letters_ > most_letters)
      refuse(fmt::format("a text in it has more than the {} letters that a cell can have;", most_letters));
  } else if (name == "si") {
    if (in_item_) shared_.push_back(static_cast<std::uint32_t>(bytes_));
    in_item_ = false;
  } else if (name == "v") {
    if (in_value_) add_shared_text(index_);
    in_value_ = false;
  } else if (name == "c") {
    in_shared_cell_ = false;
  }
}

void WorkbookParts::add_row(std::string_view tag) {
  ++row_;
  column_ = 0;
  const std::string_view number = attribute_of(tag, "r");
  std::int64_t row = 0;
  std::from_chars(number.data(), number.data() + number.size(), row);
  row_ = std::max(row_, row);
}

void WorkbookParts::add_cell(std::string_view tag) {
  in_shared_cell_ = attribute_of(tag, "t") == "s";
  column_ = std::max(column_ + 1, column_of(attribute_of(tag, "r")));
  last_column_ = std::max(last_column_, column_);
  const double bytes = static_cast<double>(row_) * static_cast<double>(last_column_) * cell_bytes;
  if (bytes > static_cast<double>(limits_.workbook_bytes))
    refuse(
        fmt::format("its cells reach to row {} and column {}, which takes more than {:g} MB; delete what stands far "
                    "out, raise `workbook_mb` of the source's limits, or",
                    row_, last_column_, static_cast<double>(limits_.workbook_bytes) / 1e6));
}

void WorkbookParts::add_shared_text(std::int64_t index) {
  if (index < 0 || index >= static_cast<std::int64_t>(shared_.size())) return;
  text_bytes_ += shared_[static_cast<std::size_t>(index)];
  if (text_bytes_ > static_cast<double>(limits_.workbook_bytes))
    refuse(
        fmt::format("the texts of its cells take more than {:g} MB; if it is sound, raise `workbook_mb` of the "
                    "source's limits, or",
                    static_cast<double>(limits_.workbook_bytes) / 1e6));
}

}  // namespace tocsin::data
