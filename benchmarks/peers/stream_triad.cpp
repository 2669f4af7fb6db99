// The triad of McCalpin's STREAM, a[i] = b[i] + s c[i]: prints the best bytes per second of ten passes.
// Usage: stream_triad THREADS
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t length = 1U << 25U;  // three arrays of 256 MiB: far larger than any cache
constexpr int passes = 10;

void triad(std::vector<double>& a, const std::vector<double>& b, const std::vector<double>& c, std::size_t part,
           std::size_t parts) {
  const double scale = 3;
  for (std::size_t i = length * part / parts; i < length * (part + 1) / parts; ++i) a[i] = b[i] + scale * c[i];
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t threads = argc > 1 ? static_cast<std::size_t>(std::max(1, std::atoi(argv[1]))) : 1;
  std::vector<double> a(length), b(length, 1.0), c(length, 2.0);
  double best = 0;
  for (int pass = 0; pass < passes; ++pass) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> workers;
    for (std::size_t part = 1; part < threads; ++part) {
      workers.emplace_back([&, part] { triad(a, b, c, part, threads); });
    }
    triad(a, b, c, 0, threads);
    for (std::thread& worker : workers) worker.join();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    best = std::max(best, 3.0 * sizeof(double) * static_cast<double>(length) / seconds.count());
  }
  std::printf("%.0f\n", best);
  return a[length / 2] == 7.0 ? 0 : 1;
}
