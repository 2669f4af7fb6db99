#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/formats/record_number.hpp>

namespace tocsin::data {
namespace {

DecimalMark mark_of(const SourceSpec& spec) {
  if (const auto mark = parse_decimal_mark(spec.decimal)) return *mark;
  throw Error(ErrorCode::scenario, fmt::format("source '{}': decimal = \"{}\" is not understood; use \".\", \",\" or "
                                               "\"auto\"",
                                               spec.name, spec.decimal));
}

}  // namespace

RecordNumber::RecordNumber(const RawTable& header, const SourceSpec& spec, std::optional<std::size_t> column,
                           bool whole)
    : source_(fmt::format("source '{}'", spec.name)),
      name_(column ? header.columns[*column] : std::string()),
      column_(column),
      numbers_(source_, name_, whole, mark_of(spec)) {}

void RecordNumber::observe(const RawTable& block) {
  if (!column_) return;
  for (std::size_t row = 0; row < block.rows(); ++row) {
    if (block.is_ragged(row)) continue;
    const std::string_view text = block.cell(row, *column_);
    if (text.empty()) continue;
    numbers_.observe(text, block.row_number(row));
    const bool is_number = text.front() >= '0' && text.front() <= '9';
    if (!is_number && says_unknown(text)) ++unknown_;
  }
}

void RecordNumber::decide() {
  if (column_) numbers_.decide();
}

std::optional<RowProblem> RecordNumber::read(const RawTable& block, std::size_t row, double& value) const {
  if (!column_) return {};
  const std::string_view text = block.cell(row, *column_);
  if (text.empty()) return {};
  const auto number = numbers_.read(text);
  if (!number) {
    if (says_unknown(text)) return {};
    if (text.front() == '=')
      return RowProblem{
          "number not readable",
          fmt::format("'{}' holds a formula that was not worked out; save the sheet with its values", name_)};
    return RowProblem{"number not readable", fmt::format("'{}' holds no number; write it as 1234.5", name_)};
  }
  if (std::isnan(*number)) return {};  // how programs write what is not known
  if (!std::isfinite(*number))
    return RowProblem{"not finite", fmt::format("'{}' is not a finite number; leave it empty when not known", name_)};
  value = *number;
  return {};
}

std::vector<std::string> RecordNumber::notes() const {
  auto notes = numbers_.notes();
  if (unknown_ > 0)
    notes.push_back(
        fmt::format("{}: {} cells of column '{}' say that the number is not known; it was taken as not given", source_,
                    unknown_, name_));
  return notes;
}

}  // namespace tocsin::data
