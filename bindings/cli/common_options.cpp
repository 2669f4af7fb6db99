#include "verbs.hpp"

namespace tocsin::cli {

void add_common_options(CLI::App& verb, CommonOptions& common) {
  verb.add_option("--threads", common.threads, "number of threads; 0 = one for each processor")
      ->check(CLI::Range(0, 4096));
  verb.add_flag("--json", common.json, "print a machine-readable summary on standard output, and nothing else there");
  verb.add_flag("-q,--quiet", common.quiet, "no progress, no warnings");
  verb.add_flag("--overwrite", common.overwrite, "replace the output of an earlier run");
}

}  // namespace tocsin::cli
