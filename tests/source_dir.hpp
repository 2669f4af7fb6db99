#pragma once

#include <string>

namespace tocsin::test {

/// The checkout's folder.
std::string source_dir();

}  // namespace tocsin::test
