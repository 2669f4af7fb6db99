#include <algorithm>

#include <tocsin/scan/secondary.hpp>

namespace tocsin {

std::vector<FoundWindow> without_overlap(const ReplicateScan& scan, std::vector<FoundWindow> windows,
                                         double least_llr) {
  std::erase_if(windows, [&](const FoundWindow& window) { return !(window.llr > least_llr); });
  std::sort(windows.begin(), windows.end(),
            [&](const FoundWindow& a, const FoundWindow& b) { return more_likely(scan, a, b); });
  std::vector<std::uint8_t> taken(scan.sites.size());
  const auto is_taken = [&](std::uint32_t site) { return taken[site] != 0; };
  std::vector<FoundWindow> chosen;
  for (FoundWindow& window : windows) {
    if (is_taken(window.centre)) continue;  // without listing its sites
    fill_sites(scan, window);
    if (std::any_of(window.sites.begin(), window.sites.end(), is_taken)) continue;
    for (const std::uint32_t site : window.sites) taken[site] = 1;
    chosen.push_back(std::move(window));
  }
  return chosen;
}

double gini_coefficient(const ReplicateScan& scan, std::span<const FoundWindow> windows) {
  struct Part {
    double cases, expected;
  };
  Part rest{scan.ratio.cases(), scan.ratio.cases()};
  std::vector<Part> parts;
  for (const FoundWindow& window : windows) {
    parts.push_back({window.cases, scan.ratio.expected(window.measure)});
    rest.cases -= parts.back().cases;
    rest.expected -= parts.back().expected;
  }
  parts.push_back(rest);
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.cases * b.expected < b.cases * a.expected; });
  double below = 0, cases = 0;  // twice the area under the curve, of total x total
  for (const Part& part : parts) {
    below += part.expected * (2 * cases + part.cases);
    cases += part.cases;
  }
  return 1 - below / (scan.ratio.cases() * scan.ratio.cases());
}

std::vector<double> gini_sizes(double most) {
  std::vector<double> sizes;
  for (const double percent : {1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50})
    if (percent / 100 < most) sizes.push_back(percent / 100);
  sizes.push_back(most);
  return sizes;
}

}  // namespace tocsin
