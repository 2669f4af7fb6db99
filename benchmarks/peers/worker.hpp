#pragma once

#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// What the measured programs of this folder share: options, raw files, and the conversation with run.py.
namespace peers {

/// `--name value` pairs behind the first `skip` words of the command line.
class Options {
 public:
  Options(int argc, char** argv, int skip) {
    if ((argc - skip) % 2 != 0) throw std::invalid_argument("options come as --name value");
    for (int i = skip; i + 1 < argc; i += 2) values_[argv[i]] = argv[i + 1];
  }
  [[nodiscard]] const std::string& text(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw std::invalid_argument("missing option " + name);
    return found->second;
  }
  [[nodiscard]] double number(const std::string& name) const { return std::stod(text(name)); }
  [[nodiscard]] int integer(const std::string& name) const { return std::stoi(text(name)); }

 private:
  std::map<std::string, std::string> values_;
};

/// A file of plain values in this machine's byte order, as numpy.ndarray.tofile writes it.
template <typename T>
std::vector<T> read_raw(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<T> values(static_cast<std::size_t>(file.tellg()) / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
  if (!file) throw std::runtime_error("cannot read all of " + path);
  return values;
}

template <typename T>
void write_raw(const std::string& path, std::span<const T> values) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

/// Answers on stdout, one line each, until stdin ends: "run" calls work() and says its wall and processor seconds
/// (all threads); "write PATH" calls write(PATH) on the last result. The first line is "ready" and the version.
template <typename Work, typename Write>
void serve(const std::string& version, Work work, Write write) {
  std::cout << "ready " << version << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "run") {
      const std::clock_t cpu = std::clock();
      const auto begin = std::chrono::steady_clock::now();
      work();
      const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
      const double cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
      std::printf("%.9f %.9f\n", wall.count(), cpu_seconds);
      std::fflush(stdout);
    } else if (line.starts_with("write ")) {
      write(line.substr(6));
      std::cout << "written" << std::endl;
    } else {
      throw std::invalid_argument("unknown command: " + line);
    }
  }
}

/// The main of a program that measures: `measure` gets its options; what it throws is told with the program's name.
template <typename Measure>
int run(const char* program, int argc, char** argv, Measure measure) {
  try {
    measure(Options(argc, argv, 1));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << program << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace peers
