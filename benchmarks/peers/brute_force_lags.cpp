// The yardstick of precision: conditional permutation as its definition says, area by area, with the C++ library's own
// random numbers and nothing of tocsin's. Writes for each area the shares of draws with a lag >= and <= the observed
// one.
//   brute_force_lags --values F64 --links U32 --weights F64 --neighbours K --draws N --threads N --out F64
#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <random>
#include <thread>

#include "worker.hpp"

namespace {

constexpr double tie = 1e-11;  // of a lag's size

struct Input {
  std::vector<double> values, weights;
  std::vector<std::uint32_t> links;
  std::size_t neighbours;
  std::int64_t draws;
};

struct Shares {
  double greater, less;
};

Shares shares_of(const Input& input, std::size_t area) {
  std::vector<double> others;
  for (std::size_t j = 0; j < input.values.size(); ++j)
    if (j != area) others.push_back(input.values[j]);
  const double* weights = &input.weights[area * input.neighbours];
  double lag = 0, size = 0;
  for (std::size_t k = 0; k < input.neighbours; ++k) {
    const double term = weights[k] * input.values[input.links[area * input.neighbours + k]];
    lag += term;
    size += std::abs(term);
  }
  std::mt19937_64 random(area + 1);
  double greater = 0, less = 0;
  for (std::int64_t draw = 0; draw < input.draws; ++draw) {
    double sum = 0;
    for (std::size_t k = 0; k < input.neighbours; ++k) {
      // 64 bits for a few hundred others: the bias of the remainder is below 1e-16.
      std::swap(others[k], others[k + random() % (others.size() - k)]);
      sum += weights[k] * others[k];
    }
    greater += sum >= lag - tie * size ? 1 : 0;
    less += sum <= lag + tie * size ? 1 : 0;
  }
  const auto draws = static_cast<double>(input.draws);
  return {greater / draws, less / draws};
}

void run(const peers::Options& options) {
  const Input input{peers::read_raw<double>(options.text("--values")),
                    peers::read_raw<double>(options.text("--weights")),
                    peers::read_raw<std::uint32_t>(options.text("--links")),
                    static_cast<std::size_t>(options.integer("--neighbours")), options.integer("--draws")};
  const std::size_t areas = input.values.size();
  std::vector<double> shares(2 * areas);
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < options.integer("--threads"); ++t)
    threads.emplace_back([&] {
      for (std::size_t area = next++; area < areas; area = next++) {
        const Shares found = shares_of(input, area);
        shares[area] = found.greater;
        shares[areas + area] = found.less;
      }
    });
  for (std::thread& thread : threads) thread.join();
  peers::write_raw<double>(options.text("--out"), shares);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(peers::Options(argc, argv, 1));
  } catch (const std::exception& error) {
    std::cerr << "brute_force_lags: " << error.what() << '\n';
    return 1;
  }
}
