#include <charconv>

#include <fmt/format.h>

#include <tocsin/indicators/scenario_sections.hpp>

namespace tocsin {
namespace {

const std::vector<std::string> resample_words{"mean", "sum", "bilinear", "nearest", "mode"};

/// "20 %" or 0.2, as a share.
double share_or(Parameters& keys, const std::string& key, double fallback) {
  const Value* value = keys.find(key);
  if (value == nullptr) return fallback;
  double share = -1;
  if (const double* number = value->number()) share = *number;
  if (const std::string* text = value->text()) {
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), share);
    const std::string rest(end, text->data() + text->size());
    share = fault == std::errc{} && (rest == "%" || rest == " %") ? share / 100 : -1;
  }
  if (share >= 0 && share <= 1) return share;
  keys.problem(key, "must be a share such as \"20 %\" or 0.2");
  return fallback;
}

void read_columns(Parameters& keys, SourceSpec& spec) {
  const Value* columns = keys.find("columns");
  if (columns == nullptr) return;
  if (columns->table() == nullptr) return keys.problem("columns", "must be a table: tocsin's field = \"your column\"");
  for (const auto& [field, column] : *columns->table()) {
    if (column.text() != nullptr)
      spec.columns[field] = *column.text();
    else
      keys.problems().add(column.position, fmt::format("column for `{}` must be a text in quotes", field));
  }
}

}  // namespace

SourceSpec read_layer(Parameters& keys, const std::string& name, const PathRules& paths) {
  SourceSpec spec;
  spec.name = name;
  spec.path = read_path(keys, "path", paths);
  spec.format = keys.word_or("format", {"incidents", "acled", "ucdp-ged", "table", "auto"}, "auto");
  spec.dates = keys.word_or(
      "dates", {"auto", "day-first", "month-first", "excel-1904", "day-first excel-1904", "month-first excel-1904"},
      "auto");
  spec.decimal = keys.word_or("decimal", {"auto", ".", ","}, "auto");
  spec.layer = keys.text_or("layer", "");
  spec.where = keys.text_or("where", "");
  spec.crs = keys.text_or("crs", "");
  spec.code_field = keys.text_or("code", "");
  spec.name_field = keys.text_or("name", "");
  spec.resample = parse_resample(keys.word_or("resample", resample_words, "bilinear")).value_or(Resample::bilinear);
  spec.band = static_cast<int>(keys.number_or("band", 1));
  if (spec.band < 1) keys.problem("band", "counts from 1");
  spec.per_km2 = keys.boolean_or("per_km2", false);
  spec.observed_from = keys.optional_day("observed_from");
  spec.observed_to = keys.optional_day("observed_to");
  if (spec.observed_from && spec.observed_to && *spec.observed_to < *spec.observed_from)
    keys.problem("observed_to", "is before `observed_from`");
  spec.most_unusable = share_or(keys, "most_unusable", spec.most_unusable);
  read_columns(keys, spec);
  return spec;
}

SourceSpec read_source(Parameters& keys, const std::string& name, const PathRules& paths) {
  SourceSpec spec = read_layer(keys, name, paths);
  spec.from_field = keys.text_or("from", "");
  spec.to_field = keys.text_or("to", "");
  const std::string doubled = keys.word_or("doubled", {"not-observed", "mean", "sum", "first"}, "not-observed");
  spec.doubled = doubled == "mean"    ? DoubledRows::mean
                 : doubled == "sum"   ? DoubledRows::sum
                 : doubled == "first" ? DoubledRows::first
                                      : DoubledRows::unseen;
  spec.carry = keys.word_or("carry", {"share", "mean"}, "share") == "mean" ? Carry::mean : Carry::share;
  return spec;
}

}  // namespace tocsin
