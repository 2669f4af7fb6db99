#include "outside_option.hpp"

namespace tocsin::cli {

std::shared_ptr<bool> add_outside_option(CLI::App& verb) {
  auto allowed = std::make_shared<bool>(false);
  verb.add_flag("--allow-outside", *allowed,
                "let the scenario name files outside its folder; only for one that you trust");
  return allowed;
}

}  // namespace tocsin::cli
