#include <algorithm>
#include <bit>
#include <functional>

#include <tocsin/data/detail/id_set.hpp>

namespace tocsin::data {
namespace {

constexpr std::uint64_t tag_bits = 16, tag_mask = (1U << tag_bits) - 1;

}  // namespace

std::uint64_t IdSet::hash(std::string_view id) {
  return std::hash<std::string_view>{}(id);
}

void IdSet::prefetch(std::uint64_t hash) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)], 1);
}

std::string_view IdSet::text_at(std::uint64_t begin) const {
  // The length stands before the text, seven bits a byte, the lowest first.
  std::size_t length = 0, at = static_cast<std::size_t>(begin);
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(texts_[at++]);
    length |= static_cast<std::size_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) break;
  }
  return std::string_view(texts_).substr(at, length);
}

bool IdSet::insert(std::string_view id, std::uint64_t hash) {
  if (count_ * 4 >= slots_.size() * 3) resize(std::max<std::size_t>(1024, slots_.size() * 2));
  const std::uint64_t tag = hash >> (64 - tag_bits);
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1))
    if ((slots_[slot] & tag_mask) == tag && text_at((slots_[slot] >> tag_bits) - 1) == id) return false;
  slots_[slot] = ((texts_.size() + 1) << tag_bits) | tag;
  std::size_t length = id.size();
  for (; length >= 0x80; length >>= 7) texts_ += static_cast<char>(0x80U | (length & 0x7FU));
  texts_ += static_cast<char>(length);
  texts_ += id;
  ++count_;
  return true;
}

void IdSet::reserve(std::size_t count) {
  if (const std::size_t slots = std::bit_ceil(count + count / 2 + 1); slots > slots_.size()) resize(slots);
}

void IdSet::resize(std::size_t slots) {
  std::vector<std::uint64_t> old(slots, 0);
  old.swap(slots_);
  for (const std::uint64_t entry : old) {
    if (entry == 0) continue;
    std::size_t slot = hash(text_at((entry >> tag_bits) - 1)) & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = entry;
  }
}

}  // namespace tocsin::data
