#include <algorithm>
#include <fstream>

#include <unistd.h>

#include <tocsin/core/memory.hpp>

namespace tocsin {

double machine_memory_bytes() {
  double bytes = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  // Containers see the whole machine's pages; what they may use stands here (control groups 2, then 1).
  for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::ifstream file(path);
    if (double limit = 0; file >> limit && limit > 0) bytes = std::min(bytes, limit);  // "max" is no number
  }
  return bytes;
}

double default_memory_bytes() {
  return machine_memory_bytes() / 4;
}

}  // namespace tocsin
