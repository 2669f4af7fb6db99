#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tocsin {

/// How a code or name that a source writes met the areas.
enum class JoinKind {
  matched,    ///< a code, an alias, or a name (accents, case and words such as "county" aside)
  carried,    ///< matched in another edition of the areas, and carried to the reporting units
  near,       ///< not used: spelt nearly as an area; `suggestion` says which
  unmatched,  ///< not used: nothing like it
  doubled,    ///< several rows of a table for one area and date
  absent      ///< an area of which the table says nothing
};

/// "matched", "carried", "near", "unmatched", "doubled", "absent".
std::string to_string(JoinKind kind);

/// A code or name and its rows. A code may stand twice: as matched with all its rows, and as doubled with those.
struct JoinedKey {
  std::string key;  ///< as written; of `absent` the area's code
  JoinKind kind = JoinKind::matched;
  std::string suggestion;  ///< near: the area meant; doubled, carried: what was done; absent: the area's name
  std::int64_t rows = 0;
};

/// How the records of one source were joined to areas.
struct SourceJoin {
  std::string source;
  std::string column;           ///< the column that holds the keys; "places" of events
  bool records = false;         ///< the keys come from single records: messages do not repeat them
  std::vector<JoinedKey> keys;  ///< in order of kind, then key

  [[nodiscard]] std::int64_t count(JoinKind kind) const;
  [[nodiscard]] std::int64_t rows(JoinKind kind) const;
  /// True when every key was matched, none doubled and no area absent.
  [[nodiscard]] bool plain() const;
  /// One sentence for each kind that somebody should look at: how many, the first few, what to do.
  [[nodiscard]] std::vector<std::string> warnings() const;
};

}  // namespace tocsin
