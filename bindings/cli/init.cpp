#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>

#include "verbs.hpp"

namespace tocsin::cli {
namespace {

namespace fs = std::filesystem;

/// The sample lies beside the program: <prefix>/bin/tocsin and <prefix>/share/tocsin/samples.
fs::path sample_folder() {
  std::error_code fault;
  const fs::path program = fs::read_symlink("/proc/self/exe", fault);
  fs::path folder = program.parent_path().parent_path() / "share/tocsin/samples/western_equatoria";
  if (fault || !fs::exists(folder / "scenario.toml"))
    throw Error(ErrorCode::io,
                "the sample is not installed beside the program (share/tocsin/samples); install tocsin again");
  return folder;
}

void init(const std::string& target, const CommonOptions& common) {
  const fs::path folder = target;
  if (fs::exists(folder) && !fs::is_directory(folder))
    throw Error(ErrorCode::usage, fmt::format("{}: is a file; name a new folder", target));
  if (fs::exists(folder) && !fs::is_empty(folder) && !common.overwrite)
    throw Error(ErrorCode::usage,
                fmt::format("{}: is not empty; name a new folder, or add --overwrite to replace files of the "
                            "same names",
                            target));
  std::error_code fault;
  fs::create_directories(folder, fault);
  for (const auto& entry : fs::directory_iterator(sample_folder())) {
    if (fault) break;
    if (entry.path().extension() == ".py") continue;  // the script that makes the sample is of no use to a scenario
    fs::copy_file(entry.path(), folder / entry.path().filename(), fs::copy_options::overwrite_existing, fault);
  }
  if (fault) throw Error(ErrorCode::io, fmt::format("{}: cannot write the sample: {}", target, fault.message()));
  if (!common.quiet)
    fmt::print("{} holds a scenario on synthetic data. Next:\n  tocsin check {}\n  tocsin run {} -o {}\n", target,
               (folder / "scenario.toml").string(), (folder / "scenario.toml").string(), (folder / "out").string());
}

}  // namespace

void add_init(CLI::App& app, CommonOptions& common) {
  auto folder = std::make_shared<std::string>();
  auto from_sample = std::make_shared<bool>(false);
  CLI::App* verb = app.add_subcommand("init", "Start a scenario in a new folder");
  verb->add_option("folder", *folder, "folder to make")->required();
  verb->add_flag("--from-sample", *from_sample, "copy the synthetic sample: a commented scenario to change")
      ->required();
  add_common_options(*verb, common);
  verb->footer("Example: tocsin init my-area --from-sample");
  verb->callback([folder, from_sample, &common] { init(*folder, common); });
}

}  // namespace tocsin::cli
