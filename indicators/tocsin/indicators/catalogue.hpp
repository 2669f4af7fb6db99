#pragma once

#include <string>
#include <vector>

#include <tocsin/indicators/value.hpp>

namespace tocsin {

/// One entry of the catalogue of early-warning indicators, built into the library from indicators/catalogue/*.toml.
struct CatalogueEntry {
  std::string id, name, pillar;
  std::string why;          ///< why it warns
  std::string false_alarm;  ///< what looks like it and is not
  std::string phase;        ///< structural | build-up | imminent | ongoing
  std::string role;         ///< risk | exposure | reporting
  std::string data;         ///< what data it needs, in words
  std::string unit;
  std::string direction;    ///< higher-is-worse | higher-is-better
  std::string source_note;  ///< where the indicator comes from
  bool available = true;    ///< false while its measure is not built yet
  Value
      defaults;  ///< the table of keys that `use = id` starts from: measure, normalise, where, direction, role, weight
};

/// All entries, by pillar and then in the order of the file.
const std::vector<CatalogueEntry>& catalogue();
const CatalogueEntry* find_in_catalogue(const std::string& id);
/// The entry as a [[indicator]] block with comments, ready to paste into a scenario.
std::string catalogue_block(const CatalogueEntry& entry);

}  // namespace tocsin
