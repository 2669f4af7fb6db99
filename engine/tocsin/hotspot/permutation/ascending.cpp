#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include <tocsin/hotspot/permutation/ascending.hpp>

namespace tocsin::permutation {
namespace {

constexpr int digit_bits = 11;
constexpr int digits = 6;
constexpr std::size_t few = 1024;  // a comparison sort is as quick below

using Histogram = std::array<std::size_t, std::size_t{1} << digit_bits>;

/// Rises with the number: negative numbers' bits fall, so they are turned round.
std::uint64_t rising_bits(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  return (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
}

double number_of(std::uint64_t rising) {
  return std::bit_cast<double>((rising >> 63) != 0 ? rising & ~(std::uint64_t{1} << 63) : ~rising);
}

struct Numbered {
  std::uint64_t bits;
  std::uint32_t index;
};
std::uint64_t bits_of(std::uint64_t bits) {
  return bits;
}
std::uint64_t bits_of(const Numbered& record) {
  return record.bits;
}

std::size_t digit_of(std::uint64_t bits, int digit) {
  return (bits >> (digit * digit_bits)) & ((std::size_t{1} << digit_bits) - 1);
}

/// Least digit first; a digit that all records share is passed over.
template <typename Record>
void radix_sort(std::vector<Record>& records) {
  std::vector<Histogram> histograms(digits);
  for (const Record& record : records)
    for (int digit = 0; digit < digits; ++digit) ++histograms[digit][digit_of(bits_of(record), digit)];
  std::vector<Record> sorted(records.size());
  for (int digit = 0; digit < digits; ++digit) {
    Histogram& starts = histograms[digit];
    if (std::find(starts.begin(), starts.end(), records.size()) != starts.end()) continue;
    std::size_t before = 0;
    for (std::size_t& start : starts) before += std::exchange(start, before);
    for (const Record& record : records) sorted[starts[digit_of(bits_of(record), digit)]++] = record;
    records.swap(sorted);
  }
}

}  // namespace

void sort_ascending(std::span<double> numbers) {
  if (numbers.size() < few) {
    std::sort(numbers.begin(), numbers.end());
    return;
  }
  std::vector<std::uint64_t> bits(numbers.size());
  std::transform(numbers.begin(), numbers.end(), bits.begin(), rising_bits);
  radix_sort(bits);
  std::transform(bits.begin(), bits.end(), numbers.begin(), number_of);
}

std::vector<std::uint32_t> ascending_order(std::span<const double> numbers) {
  std::vector<Numbered> records(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    records[i] = {rising_bits(numbers[i]), static_cast<std::uint32_t>(i)};
  if (records.size() < few)
    std::stable_sort(records.begin(), records.end(),
                     [](const Numbered& a, const Numbered& b) { return a.bits < b.bits; });
  else
    radix_sort(records);
  std::vector<std::uint32_t> order(records.size());
  std::transform(records.begin(), records.end(), order.begin(), [](const Numbered& record) { return record.index; });
  return order;
}

}  // namespace tocsin::permutation
