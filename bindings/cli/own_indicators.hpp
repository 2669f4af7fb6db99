#pragma once

#include <string>
#include <utility>
#include <vector>

#include <tocsin/indicators/catalogue.hpp>

#include "own_choices.hpp"
#include "own_data.hpp"

namespace tocsin::cli {

/// An indicator of the catalogue that the given files can feed.
struct FedIndicator {
  const CatalogueEntry* entry = nullptr;
  std::string id, source;
  std::vector<std::pair<std::string, std::string>> keys;  ///< over the catalogue's: key and value as TOML
  std::vector<std::string> notes;                         ///< why something differs from the catalogue
};

/// One that they cannot, and what it would take.
struct UnfedIndicator {
  const CatalogueEntry* entry = nullptr;
  std::string needs;
};

struct IndicatorPlan {
  std::vector<FedIndicator> fed;      ///< at least one of role risk
  std::vector<UnfedIndicator> unfed;  ///< every other one of the catalogue whose measure exists
};

/// Which indicators of the catalogue the files can feed: by what each file is, its columns, the days that it covers,
/// and whether any record satisfies the indicator's where clause. Reads the files of events and tables once more.
/// @throws Error as the readers; usage: no indicator of risk can be fed
IndicatorPlan plan_indicators(const OwnData& own, const OwnChoices& choices);

/// A text as TOML, in quotes.
std::string toml_text(const std::string& text);

}  // namespace tocsin::cli
