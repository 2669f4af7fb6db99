#include "own_scenario.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "own_layers.hpp"

namespace tocsin::cli {
namespace {

using data::FileKind;

constexpr std::size_t width = 118;

/// Text from outside in a comment: one line, whatever a column is called.
std::string one_line(std::string text) {
  for (char& letter : text)
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) letter = ' ';
  return text;
}

/// Lines of comments, broken between words.
std::string comment(const std::string& text, const std::string& indent = "# ") {
  std::istringstream words(one_line(text));
  std::string lines, line = indent;
  for (std::string word; words >> word;) {
    if (line.size() + word.size() + 1 > width && line != indent) {
      lines += line + '\n';
      line = indent;
    }
    line += (line.ends_with(' ') ? "" : " ") + word;
  }
  return lines + line + '\n';
}

std::string key(const std::string& name, const std::string& value, const std::string& why = {}) {
  const std::string line = fmt::format("{} = {}", name, value);
  if (why.empty()) return line + '\n';
  if (line.size() + why.size() < width - 4) return fmt::format("{:<38} # {}\n", line, one_line(why));
  return comment(why) + line + '\n';
}

std::string layer_keys(const OwnSource& source) {
  std::string text = key("path", toml_text(source.path));
  if (!source.look.layer.empty()) text += key("layer", toml_text(source.look.layer));
  return text;
}

/// A layer inside braces.
std::string inline_layer(const OwnSource& source, bool with_code) {
  std::string text = "path = " + toml_text(source.path);
  if (!source.look.layer.empty()) text += ", layer = " + toml_text(source.look.layer);
  if (with_code)
    text += fmt::format(", code = {}, name = {}", toml_text(source.look.areas.code), toml_text(source.look.areas.name));
  return fmt::format("{{ {} }}", text);
}

std::string head(const std::string& name, const OwnData& own, const OwnChoices& choices) {
  std::string text = comment(
      "Made by `tocsin init` from your files: what was recognised and chosen, and why. Change what "
      "is wrong, then `tocsin check` and `tocsin run`. Reference: docs/scenario.md.");
  text += "# Lines that begin with # are comments. Paths are relative to this file.\n\n[scenario]\n";
  text += key("name", toml_text(name), "printed on the map and in every output");
  text += key("area", own.area ? inline_layer(*own.area, false) : inline_layer(*own.units, false),
              own.area ? "what the map covers" : "the reporting units together: what the map covers");
  text += key("crs", toml_text(choices.crs), choices.crs_why);
  text += key("cell", toml_text(length_text(choices.cell)), choices.cell_why);
  text += key("every", "\"month\"", "length of a period: week, dekad, month, quarter or year");
  text += key("from", to_string(choices.from), choices.days_why);
  text +=
      key("to", to_string(choices.to), "if the last month is not whole, end a month sooner: it would read as a fall");
  if (choices.as_of != choices.to)
    text += key("as_of", to_string(choices.as_of), "the last reported date: what was known by then counts");
  return text + '\n';
}

std::string areas(const OwnData& own) {
  const OwnSource& units = *own.units;
  const bool assumed = units.look.areas.level < 1;
  std::string text =
      "[areas]\n" +
      comment(fmt::format("Reporting units: {}. Each gets a score, a rank and a row in areas.csv.", units.look.why));
  text += layer_keys(units);
  text += key("code", toml_text(units.look.areas.code), "every area has its own");
  text += key("name", toml_text(units.look.areas.name));
  text +=
      key("level", assumed ? "2" : fmt::format("{}", units.look.areas.level),
          assumed ? "assumed: administrative level, 1 to 3" : "administrative level, by the names of layer and code");
  if (own.population)
    text += key("population", toml_text(own.sources[*own.population].name), "cells weigh by their people");
  else if (!units.look.areas.population.empty())
    text += key("population", toml_text(units.look.areas.population), "an attribute of the areas");
  text += "\n[placement]\n" + comment("Where an event lies whose place is not exactly known.");
  text += key("method", "\"spread\"", "over what is known of it; \"point\" or \"exclude\" for comparison");
  if (own.population)
    text += key("population", toml_text(own.sources[*own.population].name), "more where more people live");
  for (std::size_t level = 1; level < own.admin.size(); ++level)
    if (own.admin[level]) text += key(fmt::format("admin{}", level), inline_layer(*own.admin[level], true));
  return text + '\n';
}

std::string event_keys(const OwnSource& source) {
  const EventSummary& summary = source.summary;
  std::string text = comment(
      fmt::format("{} rows, {} understood, {} quarantined (`tocsin check` says why){}.", summary.rows_read,
                  summary.usable, summary.quarantined,
                  summary.first ? fmt::format(", {} to {}", to_string(*summary.first), to_string(*summary.last)) : ""));
  text += layer_keys(source);
  text += key("format", toml_text(source.look.format));
  for (const std::string& assumed : source.assumed) text += comment("DECIDE: " + assumed);
  if (source.spec.dates != "auto") text += key("dates", toml_text(source.spec.dates));
  if (source.spec.decimal != "auto") text += key("decimal", toml_text(source.spec.decimal));
  std::vector<Day> days = source.events.first_day;
  days.insert(days.end(), source.events.last_day.begin(), source.events.last_day.end());
  if (const auto span = span_but_strays(std::move(days))) {
    text += key("observed_from", to_string(period_of(span->first, Every::month).first),
                "the months of the first and last record: what lies outside is");
    text += key("observed_to", to_string(period_of(span->last, Every::month).last),
                "not observed rather than quiet; correct them if the file covers more");
  }
  if (source.look.format != "table") return text;
  text += fmt::format("[sources.{}.columns]\n", source.name);
  text += comment("tocsin's field = \"your column\"; remove what is wrong");
  for (const auto& [field, column] : source.look.columns) text += key(field, toml_text(column));
  return text;
}

std::string source_keys(const OwnSource& source, const OwnData& own) {
  if (source.look.kind == FileKind::events) return event_keys(source);
  std::string text = layer_keys(source);
  const auto& columns = source.look.columns;
  const bool features = source.look.kind == FileKind::points || source.look.kind == FileKind::lines;
  if (features && columns.contains("from"))
    text += key("from", toml_text(columns.at("from")), "it counts from this day");
  if (features && columns.contains("to"))
    text += key("to", toml_text(columns.at("to")), "to this one; empty: still there");
  if (features && columns.contains("name") && columns.at("name") != "name")
    text += key("name", toml_text(columns.at("name")));
  if (own.population && &own.sources[*own.population] == &source) {
    const bool density = names_any(source.name, {"density"});
    text += density ? key("resample", "\"mean\"", "people per km2, by its name ...") +
                          key("per_km2", "true", "... so cells get persons")
                    : key("resample", "\"sum\"",
                          "persons a cell: totals stay the same; if they are per km2: \"mean\" and per_km2 = true");
  }
  return text;
}

std::string sources(const OwnData& own, const IndicatorPlan& plan) {
  std::string text;
  for (const OwnSource& source : own.sources) {
    text += fmt::format("[sources.{}]\n", source.name);
    text += comment(fmt::format("Recognised as {}, {}.", source.look.what, source.look.why));
    if (const std::string idle = idle_source(source, own, plan); !idle.empty()) text += comment(idle);
    text += source_keys(source, own) + '\n';
  }
  for (const auto& [look, why] : own.unused)
    text += comment(fmt::format("Not used: {}{}: {}, {}", look.path.substr(look.path.find_last_of('/') + 1),
                                look.layer.empty() ? "" : ", layer " + look.layer, look.what, why));
  return own.unused.empty() ? text : text + '\n';
}

std::string indicators(const IndicatorPlan& plan) {
  std::string text =
      comment(
          "What these files can feed. Goalposts, windows and weights are the catalogue's: starting points, "
          "not calibrated. `tocsin indicators ID` explains one.") +
      '\n';
  for (const FedIndicator& fed : plan.fed) {
    text += "[[indicator]]\n";
    text += key("use", toml_text(fed.entry->id), fed.entry->name);
    if (fed.id != fed.entry->id) text += key("id", toml_text(fed.id));
    text += key("source", toml_text(fed.source));
    for (const std::string& note : fed.notes) text += comment(note);
    for (const auto& [name, value] : fed.keys) text += key(name, value);
    text += '\n';
  }
  text += "[index]\n" + key("minimum_coverage", "0.5", "less than half of the weight observed: no score") + '\n';
  text += comment("Could be added with ...");
  std::string pillar;
  for (const auto& [entry, needs] : plan.unfed) {
    if (entry->pillar != pillar) text += fmt::format("#  {}\n", entry->pillar);
    pillar = entry->pillar;
    text += comment(fmt::format("{}: {}", entry->id, needs), "#    ");
  }
  return text;
}

}  // namespace

std::string scenario_text(const std::string& name, const OwnData& own, const OwnChoices& choices,
                          const IndicatorPlan& plan) {
  return head(name, own, choices) + areas(own) + sources(own, plan) + indicators(plan);
}

}  // namespace tocsin::cli
