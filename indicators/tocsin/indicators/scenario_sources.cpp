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

/// A whole number of at least 1, in units of `scale`.
void read_limit(Parameters& keys, const std::string& key, double scale, std::int64_t& limit) {
  const double given = keys.number_or(key, static_cast<double>(limit) / scale);
  constexpr double most = 1e15;
  if (given * scale >= 1 && given * scale <= most)
    limit = static_cast<std::int64_t>(given * scale);
  else
    keys.problem(key, "must be above 0");
}

void read_limits(Parameters& keys, TableLimits& limits) {
  const Value* given = keys.find("limits");
  if (given == nullptr) return;
  if (given->table() == nullptr) return keys.problem("limits", "must be a table, such as { rows = 200000000 }");
  constexpr double megabyte = 1e6;
  Parameters inner(*given, "limits", keys.problems());
  read_limit(inner, "cell_mb", megabyte, limits.field_bytes);
  read_limit(inner, "columns", 1, limits.columns);
  read_limit(inner, "rows", 1, limits.rows);
  read_limit(inner, "text_mb", megabyte, limits.text_bytes);
  read_limit(inner, "workbook_mb", megabyte, limits.workbook_bytes);
  limits.archive_ratio = inner.number_or("archive_ratio", limits.archive_ratio);
  if (!(limits.archive_ratio >= 1)) inner.problem("archive_ratio", "must be at least 1");
  constexpr std::int64_t most_field_bytes = 500'000'000;
  if (limits.field_bytes > most_field_bytes) inner.problem("cell_mb", "is at most 500");
  inner.done();
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
  spec.reliability = keys.number_or("reliability", 1);
  if (!(spec.reliability > 0 && spec.reliability <= 1)) keys.problem("reliability", "must be above 0 and at most 1");
  spec.most_unusable = share_or(keys, "most_unusable", spec.most_unusable);
  read_columns(keys, spec);
  spec.encoding = keys.text_or("encoding", spec.encoding);
  spec.separator = keys.text_or("separator", spec.separator);
  spec.header_row = static_cast<int>(keys.number_or("header_row", 0));
  constexpr int deepest_header = 1000;
  if (keys.has("header_row") && (spec.header_row < 1 || spec.header_row > deepest_header))
    keys.problem("header_row", fmt::format("is a row from 1 to {}", deepest_header));
  read_limits(keys, spec.limits);
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
