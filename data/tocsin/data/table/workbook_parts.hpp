#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/ports/source_spec.hpp>

namespace tocsin::data {

/// Looks through the parts of an Excel workbook, piece by piece, for what would fill the memory of a program that holds
/// it whole: one long shared text in very many cells, cells far out in a sheet. It understands no more of XML than
/// where tags and texts are; nothing in it goes deeper than the text is nested.
///
/// Use: scan the part of the shared texts, then each of the others.
class WorkbookParts {
 public:
  /// @param what  named in messages
  WorkbookParts(const TableLimits& limits, std::string what) : limits_(limits), what_(std::move(what)) {}

  void begin_part(bool has_shared_texts);
  /// Goes on with the next bytes of the part.
  /// @throws Error input: a shared text longer than a cell can be, texts or cells beyond TableLimits::workbook_bytes, a
  ///         document type (its entities grow), UTF-16
  void scan(std::string_view piece);

 private:
  enum class In { text, tag, comment, instruction, literal };

  void scan_text(char letter);
  void scan_tag(char letter);
  void end_tag();
  void end_marked(std::string_view mark, char letter);
  void open_element(std::string_view name, std::string_view tag);
  void close_element(std::string_view name);
  void add_row(std::string_view tag);
  void add_cell(std::string_view tag);
  void add_shared_text(std::int64_t index);
  [[noreturn]] void refuse(const std::string& why) const;

  TableLimits limits_;
  std::string what_;
  bool shares_texts_ = false, is_first_byte_ = true;
  In in_ = In::text;
  std::string tag_;    // what stands between < and >
  char quote_ = 0;     // within a tag
  std::string ahead_;  // the last letters, to find where a comment ends
  bool in_item_ = false, in_item_text_ = false, in_entity_ = false, in_shared_cell_ = false, in_value_ = false;
  std::int64_t letters_ = 0, bytes_ = 0;  // of the shared text
  std::int64_t index_ = -1;               // of the shared text that a cell shows
  std::vector<std::uint32_t> shared_;     // bytes of each shared text
  std::int64_t row_ = 0, column_ = 0, last_column_ = 0;
  double text_bytes_ = 0;
};

}  // namespace tocsin::data
