#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace tocsin::data {

/// A column taken for one of tocsin's fields (incident_fields()) by its name or its HXL tag.
struct RecognisedColumn {
  std::string field;
  std::size_t column = 0;
  friend bool operator==(const RecognisedColumn&, const RecognisedColumn&) = default;
};

/// What columns hold, by the names that people give them in English, French and Spanish: "Date of incident", "Lat",
/// "Coordonnées GPS", "Sous-préfecture", "Nb de survivantes". Case, accents and punctuation do not matter. Each field
/// is found at most once, by its likeliest name; of two columns with equal names the first counts. A column is never
/// two fields.
std::vector<RecognisedColumn> recognise_columns(std::span<const std::string> columns);

/// The same by HXL tags, one a column, empty where a column has none: "#date +occurred", "#geo+lat", "#adm2+code".
/// Spaces and the order of attributes do not matter. Source: the HXL 1.1 hashtag and attribute dictionary.
std::vector<RecognisedColumn> recognise_tags(std::span<const std::string> tags);

}  // namespace tocsin::data
