#include <tocsin/core/memory.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/data/gdal.hpp>

#include "verbs.hpp"

namespace tocsin::cli {

void add_common_options(CLI::App& verb, CommonOptions& common) {
  verb.add_option("--threads", common.threads, "number of threads; 0 = one for each processor")
      ->check(CLI::Range(0, 4096));
  verb.add_flag("--json", common.json, "print a machine-readable summary on standard output, and nothing else there");
  verb.add_flag("-q,--quiet", common.quiet, "no progress, no warnings");
  verb.add_flag("--overwrite", common.overwrite, "replace the output of an earlier run");
}

void add_memory_option(CLI::App& verb, CommonOptions& common) {
  verb.add_option("--memory", common.memory,
                  "memory to take at most, \"2 GB\"; the result is the same (default: a quarter of the machine's)");
}

double memory_of(const CommonOptions& common) {
  const double bytes = common.memory.empty() ? default_memory_bytes() : parse_bytes(common.memory);
  data::limit_block_cache(bytes / 16);
  return bytes;
}

}  // namespace tocsin::cli
