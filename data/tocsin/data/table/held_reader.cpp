#include <utility>

#include <tocsin/data/table/held_reader.hpp>

namespace tocsin::data {
namespace {

class HeldReader final : public TableReader {
 public:
  HeldReader(std::unique_ptr<TableReader> reader, std::size_t most_bytes)
      : reader_(std::move(reader)), most_bytes_(most_bytes) {}

  [[nodiscard]] const RawTable& header() const override { return reader_->header(); }

  bool next(RawTable& block) override {
    if (state_ == State::whole) return next_held(block);
    if (state_ == State::filling && !is_first_) keep(block);
    is_first_ = false;
    if (reader_->next(block)) return true;
    if (state_ == State::filling) {
      state_ = State::whole;
      at_ = held_.size();
      is_lent_ = false;
    }
    return false;
  }

  void rewind() override {
    if (state_ == State::whole && !is_lent_) {
      at_ = 0;
      return;
    }
    // A block is out that will not come back, or there was no end yet.
    if (state_ == State::whole) state_ = State::filling;
    forget();
    is_first_ = true;
    reader_->rewind();
  }

  [[nodiscard]] std::vector<std::string> warnings() const override { return reader_->warnings(); }

 private:
  enum class State { filling, whole, too_large };

  void keep(RawTable& block) {
    bytes_ += block.row_bytes();
    if (bytes_ > most_bytes_) {
      state_ = State::too_large;
      forget();
      return;
    }
    held_.emplace_back().swap_rows(block);
  }

  bool next_held(RawTable& block) {
    if (is_lent_) block.swap_rows(held_[at_ - 1]);
    is_lent_ = at_ < held_.size();
    if (is_lent_) {
      block.swap_rows(held_[at_++]);
    } else {
      block.clear_rows();
    }
    return is_lent_;
  }

  void forget() {
    held_ = {};
    bytes_ = 0;
  }

  std::unique_ptr<TableReader> reader_;
  std::size_t most_bytes_;
  State state_ = State::filling;
  std::vector<RawTable> held_;
  std::size_t bytes_ = 0, at_ = 0;
  bool is_first_ = true;  // since the reader began, so that the caller's block is not yet from it
  bool is_lent_ = false;  // the block that the caller holds has the rows of held_[at_ - 1]
};

}  // namespace

std::unique_ptr<TableReader> hold_rows(std::unique_ptr<TableReader> reader, std::size_t most_bytes) {
  return std::make_unique<HeldReader>(std::move(reader), most_bytes);
}

}  // namespace tocsin::data
