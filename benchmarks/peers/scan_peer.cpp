// tocsin's scan statistic as run.py measures it: `scan_peer --places FILE --replicates N --model poisson|bernoulli
// --threads N`. FILE holds x, y, population and cases of each place as doubles.
#include <algorithm>
#include <iostream>
#include <numeric>

#include <tocsin/core/parallel.hpp>
#include <tocsin/scan/scan.hpp>

#include "worker.hpp"

namespace {

using namespace tocsin;

ScanData read_places(const std::string& path) {
  const std::vector<double> numbers = peers::read_raw<double>(path);
  ScanData data;
  for (std::size_t i = 0; i + 3 < numbers.size(); i += 4) {
    data.x_m.push_back(numbers[i]);
    data.y_m.push_back(numbers[i + 1]);
    data.at_risk.push_back(numbers[i + 2]);
    data.cases.push_back(numbers[i + 3]);
  }
  return data;
}

void measure(const peers::Options& given) {
  const ThreadLimit limit(given.integer("--threads"));
  const ScanData data = read_places(given.text("--places"));
  ScanOptions options;
  if (given.text("--model") == "bernoulli") options.model = ScanModel::bernoulli;
  options.replicates = given.integer("--replicates");
  ScanResult result;
  peers::serve(
      "tocsin", [&] { result = scan_statistic(data, options); },
      [&](const std::string& path) {
        std::vector<double> values{result.clusters.empty() ? 0 : result.clusters[0].llr};
        values.insert(values.end(), result.null_maxima.begin(), result.null_maxima.end());
        peers::write_raw<double>(path, values);
      });
}

}  // namespace

int main(int argc, char** argv) {
  return peers::run("scan_peer", argc, argv, measure);
}
