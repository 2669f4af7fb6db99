#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/table/delimited_reader.hpp>
#include <tocsin/data/table/header.hpp>
#include <tocsin/data/table/record_scanner.hpp>
#include <tocsin/data/table/text_stream.hpp>

namespace tocsin::data {
namespace {

using Span = RawTable::Span;

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

bool is_blank(const std::string& text, std::span<const Span> cells) {
  return std::all_of(cells.begin(), cells.end(), [&](Span cell) {
    return cell.length == 0 || trim(std::string_view(text).substr(cell.begin, cell.length)).empty();
  });
}

class DelimitedReader final : public TableReader {
 public:
  DelimitedReader(std::unique_ptr<ByteStream> bytes, const SourceSpec& spec, BlockSize size)
      : what_(fmt::format("source '{}': '{}'", spec.name, spec.path)),
        size_(size),
        stream_(std::move(bytes), spec.encoding, what_),
        scanner_(',', spec.limits, what_) {
    std::string sample;
    constexpr std::size_t sample_bytes = std::size_t{1} << 16;
    while (sample.size() < sample_bytes && stream_.read(sample_bytes, sample)) {
    }
    scanner_ = RecordScanner(separator_of(sample), spec.limits, what_);
    rewind();
    Header found = find_header(read_head(), spec, what_);
    header_.columns = std::move(found.columns);
    header_.hxl_tags = std::move(found.hxl_tags);
    header_rows_ = found.last_row;
    warnings_ = std::move(found.warnings);
    rewind();
  }

  [[nodiscard]] const RawTable& header() const override { return header_; }

  bool next(RawTable& block) override {
    block.clear_rows();
    std::string& text = block.text();
    std::swap(text, carried_);
    carried_.clear();
    std::size_t at = 0;
    while (block.rows() == 0 && (at < text.size() || !at_end_)) {
      if (!at_end_) at_end_ = !stream_.read(std::max<std::size_t>({size_.bytes, text.size() - at, 1}), text);
      while (block.rows() < size_.rows && at < text.size() && scanner_.scan(text, at, at_end_, cells_))
        if (scanner_.row() > header_rows_ && !is_blank(text, cells_)) block.add_row(scanner_.row(), cells_);
      if (block.rows() == 0) forget(text, at);
    }
    carried_.assign(text, at);
    return block.rows() > 0;
  }

  void rewind() override {
    stream_.rewind();
    scanner_.rewind();
    carried_.clear();
    at_end_ = false;
  }

  [[nodiscard]] std::vector<std::string> warnings() const override {
    std::vector<std::string> all = stream_.warnings();
    all.insert(all.end(), warnings_.begin(), warnings_.end());
    return all;
  }

 private:
  /// Without this, a file of blank rows alone would be held whole.
  static void forget(std::string& text, std::size_t& at) {
    text.erase(0, at);
    at = 0;
  }

  std::vector<HeadRow> read_head() {
    std::vector<HeadRow> head;
    std::string text;
    std::size_t at = 0;
    while (head.size() < head_rows && (at < text.size() || !at_end_)) {
      if (!at_end_) at_end_ = !stream_.read(std::max<std::size_t>(1 << 16, text.size() - at), text);
      while (head.size() < head_rows && at < text.size() && scanner_.scan(text, at, at_end_, cells_)) {
        if (is_blank(text, cells_)) continue;
        HeadRow& row = head.emplace_back(HeadRow{scanner_.row(), {}});
        for (const Span cell : cells_) row.cells.push_back(text.substr(cell.begin, cell.length));
      }
      forget(text, at);
    }
    return head;
  }

  std::string what_;
  BlockSize size_;
  TextStream stream_;
  RecordScanner scanner_;
  RawTable header_;
  std::int64_t header_rows_ = 0;
  std::vector<std::string> warnings_;
  std::string carried_;  // text that belongs to the next block
  bool at_end_ = false;  // of the stream
  std::vector<Span> cells_;
};

}  // namespace

std::unique_ptr<TableReader> read_delimited(std::unique_ptr<ByteStream> bytes, const SourceSpec& spec, BlockSize size) {
  return std::make_unique<DelimitedReader>(std::move(bytes), spec, size);
}

}  // namespace tocsin::data
