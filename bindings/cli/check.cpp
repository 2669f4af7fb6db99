#include <tocsin/data/drivers.hpp>

#include "check_file.hpp"
#include "check_scenario.hpp"
#include "outside_option.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

/// A file whose ending one of the readers knows holds data; anything else is taken for a scenario.
bool holds_data(const std::string& path) {
  const std::string extension = data::extension_of(path);
  for (const data::FormatInfo& format : data::formats())
    for (const std::string& known : format.extensions)
      if (extension == known) return true;
  return false;
}

}  // namespace

void add_check(CLI::App& app, CommonOptions& common) {
  auto file = std::make_shared<std::string>();
  CLI::App* verb =
      app.add_subcommand("check", "Say everything that is wrong with a scenario, and what its sources hold");
  verb->add_option("scenario", *file, "scenario file (TOML), or a file of data: what it would be taken for")
      ->required();
  add_common_options(*verb, common);
  const auto outside = add_outside_option(*verb);
  verb->footer(
      "Of each source of events: rows, used, outside and quarantined by reason, dates, delay between event and report\n"
      "(over the records that say both), how precisely places are known, the share of events on one point (a large "
      "one\n"
      "is seldom a place: it is the centre of an area), and the box in which they lie, to a tenth of a degree.\n"
      "Writes nothing.\n"
      "Example: tocsin init my-area --from-sample && tocsin check my-area/scenario.toml\n"
      "         tocsin check my-area/incidents.csv");
  verb->callback([file, outside, &common] {
    holds_data(*file) ? check_file(*file, common) : check_scenario(*file, outside_paths(*outside), common);
  });
}

}  // namespace tocsin::cli
