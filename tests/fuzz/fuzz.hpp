#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <tocsin/core/error.hpp>

/// What the fuzzers share. Each is one function that takes a stranger's bytes to one parser: any input may be refused
/// by tocsin::Error, none may do anything else. libFuzzer calls it, or replay.cpp where that is not to be had.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace tocsin::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Runs a call that may refuse its input.
template <typename Call>
void may_refuse(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    if (std::string_view(error.what()).empty()) std::abort();
  }
}

/// What must hold whatever the input is.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace tocsin::fuzz
