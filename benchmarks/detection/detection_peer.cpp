// tocsin's flags of simulated series, for detection.R: `detection_peer SERIES LENGTH LAST SEASON METHOD...`. SERIES
// holds the counts as doubles, one series after the other; printed is a line a method: its name, and for each series
// and judged period 1 (alarm), 0 (none), or - (not judged).
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <tocsin/temporal/alarm/alarm.hpp>

namespace {

std::vector<double> read_counts(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<double> counts(static_cast<std::size_t>(file.tellg()) / sizeof(double));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(counts.data()), static_cast<std::streamsize>(counts.size() * sizeof(double)));
  if (!file) throw std::runtime_error("cannot read all of " + path);
  return counts;
}

std::string flags(std::span<const double> counts, std::size_t length, std::size_t last,
                  const tocsin::AlarmOptions& options) {
  std::string text;
  for (std::size_t from = 0; from + length <= counts.size(); from += length)
    for (const tocsin::AlarmPoint& point : tocsin::alarm(counts.subspan(from, length), {}, last, options))
      text += !tocsin::is_judged(point.reason) ? '-' : point.flag ? '1' : '0';
  return text;
}

void run(std::span<char*> words) {
  if (words.size() < 6) throw std::invalid_argument("SERIES LENGTH LAST SEASON METHOD...");
  const std::vector<double> counts = read_counts(words[1]);
  tocsin::AlarmOptions options;
  options.season = std::stoul(words[4]);
  for (const char* method : words.subspan(5)) {
    const auto known = tocsin::parse_alarm_method(method);
    if (!known) throw std::invalid_argument(std::string("no method ") + method);
    options.method = *known;
    std::cout << method << ' ' << flags(counts, std::stoul(words[2]), std::stoul(words[3]), options) << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run({argv, static_cast<std::size_t>(argc)});
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "detection_peer: " << error.what() << '\n';
    return 1;
  }
}
