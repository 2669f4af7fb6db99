#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <utility>

#include <tocsin/core/parallel.hpp>
#include <tocsin/hotspot/permutation/ascending.hpp>

namespace tocsin::permutation {
namespace {

constexpr int digit_bits = 11, key_bits = 32;
constexpr std::size_t few = 1024;  // a comparison sort is as quick below
constexpr std::size_t records_a_block = std::size_t{1} << 15;

/// Rises with the number: negative numbers' bits fall, so they are turned round.
std::uint64_t rising_bits(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  return (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
}

double number_of(std::uint64_t rising) {
  return std::bit_cast<double>((rising >> 63) != 0 ? rising & ~(std::uint64_t{1} << 63) : ~rising);
}

/// The first bits in which numbers differ, as a key: it rises with them, but close numbers may share one.
struct Keys {
  std::uint64_t least = ~std::uint64_t{0}, largest = 0;

  void cover(std::uint64_t bits) {
    least = std::min(least, bits);
    largest = std::max(largest, bits);
  }
  [[nodiscard]] int shift() const { return std::max(0, static_cast<int>(std::bit_width(largest - least)) - key_bits); }
  [[nodiscard]] std::uint32_t of(std::uint64_t bits) const {
    return static_cast<std::uint32_t>((bits - least) >> shift());
  }
};

/// One pass of a radix sort: stable, by one digit of the key. Blocks are counted and then moved side by side.
template <typename Record, typename Digit>
void sort_by_digit(std::vector<Record>& records, std::vector<Record>& sorted, Digit digit_of) {
  using Counts = std::array<std::size_t, std::size_t{1} << digit_bits>;
  std::vector<Counts> starts((records.size() + records_a_block - 1) / records_a_block);
  const auto for_each_block = [&](auto visit) {
    parallel_for(starts.size(), [&](std::size_t block) {
      const std::size_t first = block * records_a_block;
      visit(std::span(records).subspan(first, std::min(records_a_block, records.size() - first)), starts[block]);
    });
  };
  for_each_block([&](std::span<const Record> some, Counts& counts) {
    for (const Record& record : some) ++counts[digit_of(record)];
  });
  std::size_t before = 0;
  for (std::size_t digit = 0; digit < starts[0].size(); ++digit) {
    const std::size_t first = before;
    for (Counts& counts : starts) before += std::exchange(counts[digit], before);
    if (before - first == records.size()) return;  // they all share it
  }
  for_each_block([&](std::span<const Record> some, Counts& next) {
    for (const Record& record : some) sorted[next[digit_of(record)]++] = record;
  });
  records.swap(sorted);
}

/// By the key, and where records share one, as `before` says.
template <typename Record, typename Key, typename Before>
void sort_by_key(std::vector<Record>& records, Key key_of, Before before) {
  std::vector<Record> room(records.size());
  for (int shift = 0; shift < key_bits; shift += digit_bits)
    sort_by_digit(records, room, [=](const Record& record) {
      return (key_of(record) >> shift) & ((std::uint32_t{1} << digit_bits) - 1);
    });
  for (auto first = records.begin(), last = first; first != records.end(); first = last) {
    while (last != records.end() && key_of(*last) == key_of(*first)) ++last;
    if (last - first > 1 && !std::is_sorted(first, last, before)) std::sort(first, last, before);
  }
}

}  // namespace

void sort_ascending(std::span<double> numbers) {
  if (numbers.size() < few) {
    std::sort(numbers.begin(), numbers.end());
    return;
  }
  Keys keys;
  std::vector<std::uint64_t> bits(numbers.size());
  std::transform(numbers.begin(), numbers.end(), bits.begin(), rising_bits);
  for (const std::uint64_t some : bits) keys.cover(some);
  sort_by_key(
      bits, [=](std::uint64_t some) { return keys.of(some); }, std::less<>{});
  std::transform(bits.begin(), bits.end(), numbers.begin(), number_of);
}

std::vector<std::uint32_t> ascending_order(std::span<const double> numbers) {
  struct Numbered {
    std::uint32_t key, index;
  };
  const auto bits_of = [&](std::uint32_t index) { return rising_bits(numbers[index] + 0.0); };  // -0 becomes 0
  Keys keys;
  std::vector<Numbered> records;
  records.reserve(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (std::isnan(numbers[i])) continue;
    keys.cover(bits_of(static_cast<std::uint32_t>(i)));
    records.push_back({0, static_cast<std::uint32_t>(i)});
  }
  for (Numbered& record : records) record.key = keys.of(bits_of(record.index));
  const auto before = [&](const Numbered& a, const Numbered& b) {
    return std::pair(bits_of(a.index), a.index) < std::pair(bits_of(b.index), b.index);
  };
  if (records.size() < few)
    std::sort(records.begin(), records.end(), before);
  else
    sort_by_key(
        records, [](const Numbered& record) { return record.key; }, before);
  std::vector<std::uint32_t> order(records.size());
  std::transform(records.begin(), records.end(), order.begin(), [](const Numbered& record) { return record.index; });
  return order;
}

}  // namespace tocsin::permutation
