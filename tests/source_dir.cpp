#include "source_dir.hpp"

namespace tocsin::test {

std::string source_dir() {
  return TOCSIN_SOURCE_DIR;
}

}  // namespace tocsin::test
