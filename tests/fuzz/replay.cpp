// Runs a fuzzer without libFuzzer: on every seed, then on seeds that were changed at random (always in the same way).
// Usage: fuzz_NAME SECONDS FOLDER...
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "fuzz.hpp"

namespace {

using Bytes = std::vector<std::uint8_t>;

std::vector<Bytes> seeds_in(int count, char** folders) {
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < count; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(folders[i])) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Bytes> seeds;
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return seeds;
}

class Changer {
 public:
  explicit Changer(const std::vector<Bytes>& seeds) : seeds_(seeds) {}

  Bytes next() {
    Bytes bytes = seeds_[below(seeds_.size())];
    for (std::size_t changes = 1 + below(8); changes > 0; --changes) change(bytes);
    return bytes;
  }

 private:
  std::size_t below(std::size_t most) { return static_cast<std::size_t>(random_()) % most; }

  void change(Bytes& bytes) {
    const std::size_t at = below(bytes.size() + 1);
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(6)) {
      case 0:
        bytes.insert(place, static_cast<std::uint8_t>(random_()));
        return;
      case 1:
        if (at < bytes.size()) bytes.erase(place);
        return;
      case 2:
        if (at < bytes.size()) bytes[at] ^= static_cast<std::uint8_t>(1U << below(8));
        return;
      case 3:
        bytes.resize(at);
        return;
      case 4: {  // a piece of a seed goes in
        const Bytes& other = seeds_[below(seeds_.size())];
        const std::size_t from = below(other.size() + 1),
                          length = below(std::min<std::size_t>(64, other.size() - from) + 1);
        bytes.insert(place, other.begin() + static_cast<std::ptrdiff_t>(from),
                     other.begin() + static_cast<std::ptrdiff_t>(from + length));
        return;
      }
      default:
        if (at < bytes.size()) bytes[at] = "0129-+.,;:/\"'()[]{}<>=&|%\n\r\t \xFF"[below(31)];
    }
  }

  const std::vector<Bytes>& seeds_;
  std::mt19937_64 random_{1};
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: %s SECONDS FOLDER...\n", arguments[0]);
    return 2;
  }
  const std::vector<Bytes> seeds = seeds_in(count - 2, arguments + 2);
  if (seeds.empty()) {
    std::fprintf(stderr, "no seeds\n");
    return 2;
  }
  for (const Bytes& seed : seeds) LLVMFuzzerTestOneInput(seed.data(), seed.size());
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(std::atof(arguments[1]));
  Changer changer(seeds);
  std::size_t runs = 0;
  for (; Clock::now() < end; ++runs) {
    const Bytes bytes = changer.next();
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%zu seeds and %zu changed ones\n", seeds.size(), runs);
}
