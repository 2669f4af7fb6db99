#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/table/delimited_reader.hpp>
#include <tocsin/data/table/dialect.hpp>
#include <tocsin/data/table/header.hpp>
#include <tocsin/data/table/record_scanner.hpp>
#include <tocsin/data/table/row_filter.hpp>
#include <tocsin/data/table/text_stream.hpp>

namespace tocsin::data {
namespace {

using Span = RawTable::Span;

class DelimitedReader final : public TableReader {
 public:
  DelimitedReader(std::unique_ptr<ByteStream> bytes, const SourceSpec& spec, BlockSize size)
      : what_(fmt::format("source '{}': '{}'", spec.name, spec.path)),
        size_(size),
        stream_(std::move(bytes), spec.encoding, what_),
        scanner_(',', spec.limits, what_) {
    std::string sample;
    constexpr std::size_t sample_bytes = std::size_t{1} << 16;
    bool more = true;
    while (sample.size() < sample_bytes && more) more = stream_.read(sample_bytes, sample);
    dialect_ = find_dialect(sample, !more, spec.separator, what_, warnings_);
    scanner_ = RecordScanner(dialect_.separator, spec.limits, what_);
    rewind();
    Header found = find_header(read_head(spec), spec, what_);
    filter_.emplace(found, spec.limits, what_);
    header_.columns = std::move(found.columns);
    header_.hxl_tags = std::move(found.hxl_tags);
    warnings_.insert(warnings_.end(), found.warnings.begin(), found.warnings.end());
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
      while (size_.has_room(block) && at < text.size() && scanner_.scan(text, at, at_end_, cells_))
        if (filter_->keeps(scanner_.row(), text, cells_)) block.add_row(scanner_.row(), cells_, scanner_.is_doubtful());
      if (block.rows() == 0) forget(text, at);
    }
    carried_.assign(text, at);
    return block.rows() > 0;
  }

  void rewind() override {
    stream_.rewind();
    scanner_.rewind();
    if (filter_) filter_->rewind();
    carried_.clear();
    at_end_ = false;
    while (carried_.size() < dialect_.skip && stream_.read(dialect_.skip, carried_)) {
    }
    carried_.erase(0, dialect_.skip);
  }

  [[nodiscard]] std::vector<std::string> warnings() const override {
    std::vector<std::string> all = stream_.warnings();
    for (const auto& more : {warnings_, filter_->warnings()}) all.insert(all.end(), more.begin(), more.end());
    return all;
  }

 private:
  /// Without this, a file of blank rows alone would be held whole.
  static void forget(std::string& text, std::size_t& at) {
    text.erase(0, at);
    at = 0;
  }

  std::vector<HeadRow> read_head(const SourceSpec& spec) {
    std::vector<HeadRow> head;
    std::string text = std::move(carried_);
    std::size_t at = 0;
    while (!is_head_complete(head, spec) && (at < text.size() || !at_end_)) {
      if (!at_end_) at_end_ = !stream_.read(std::max<std::size_t>(1 << 16, text.size() - at), text);
      while (!is_head_complete(head, spec) && at < text.size() && scanner_.scan(text, at, at_end_, cells_)) {
        HeadRow row{scanner_.row(), {}};
        for (const Span cell : cells_) row.cells.push_back(text.substr(cell.begin, cell.length));
        const auto is_empty = [](const std::string& cell) { return trim(cell).empty(); };
        if (!std::all_of(row.cells.begin(), row.cells.end(), is_empty)) head.push_back(std::move(row));
      }
      forget(text, at);
    }
    return head;
  }

  std::string what_;
  BlockSize size_;
  TextStream stream_;
  Dialect dialect_;
  RecordScanner scanner_;
  RawTable header_;
  std::optional<RowFilter> filter_;
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
