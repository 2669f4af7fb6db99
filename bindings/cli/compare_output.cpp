#include "compare_output.hpp"

#include <cmath>

#include <tocsin/core/error.hpp>
#include <tocsin/data/area_table.hpp>

#include "compare_words.hpp"
#include "grid_options.hpp"

namespace tocsin::cli {
namespace {

using Json = nlohmann::ordered_json;

data::TableCell cell_of(double value) {
  if (!std::isfinite(value)) return {};
  return value;
}

/// Infinite numbers have no place in JSON; what has no end has null.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Language language_of(const CompareOptions& options) {
  return options.language == "fr" ? Language::french : Language::english;
}

std::vector<data::TableCell> row_of(const CompareFinding& finding, const ComparedPeriods& periods,
                                    const CompareOptions& options) {
  const Comparison& c = finding.comparison;
  return {finding.persons ? "persons" : "incidents",
          finding.by,
          finding.code,
          finding.name,
          cell_of(c.earlier.count),
          cell_of(c.later.count),
          cell_of(c.earlier.exposure),
          cell_of(c.later.exposure),
          cell_of(c.count_change * 100),
          cell_of(c.rate_change * 100),
          cell_of(c.interval.lower * 100),
          cell_of(c.interval.upper * 100),
          cell_of(c.change == Change::unknown ? std::nan("") : c.p),
          cell_of(finding.q),
          std::string(name(finding.change())),
          cell_of(finding.chance_up),
          cell_of(finding.chance_half_up),
          cell_of(finding.earlier_share.share),
          cell_of(finding.later_share.share),
          cell_of(finding.later_share.interval.lower),
          cell_of(finding.later_share.interval.upper),
          sentence_of(finding, periods, options, language_of(options))};
}

Json interval(const Interval& ends) {
  return Json::array({number(ends.lower), number(ends.upper)});
}

Json json_of(const CompareFinding& finding, const ComparedPeriods& periods, const CompareOptions& options) {
  const Comparison& c = finding.comparison;
  Json out{{"unit", finding.persons ? "persons" : "incidents"},
           {"by", finding.by},
           {"code", finding.code},
           {"name", finding.name},
           {"earlier", number(c.earlier.count)},
           {"later", number(c.later.count)},
           {"earlier_exposure", c.earlier.exposure},
           {"later_exposure", c.later.exposure},
           {"change", name(finding.change())},
           {"looked_at", finding.looked_at},
           {"dispersion", c.dispersion},
           {"sentence", sentence_of(finding, periods, options, language_of(options))}};
  if (c.change == Change::unknown) return out;
  out.update({{"count_change_percent", number(c.count_change * 100)},
              {"rate_change_percent", number(c.rate_change * 100)},
              {"interval_percent", Json::array({number(c.interval.lower * 100), number(c.interval.upper * 100)})},
              {"ratio", number(c.ratio.ratio)},
              {"p", c.p},
              {"q", number(finding.q)},
              {"mid_p",
               {{"p", c.ratio.mid_p},
                {"less", c.ratio.mid_p_less},
                {"greater", c.ratio.mid_p_greater},
                {"interval", interval(c.ratio.mid)}}},
              {"exact",
               {{"p_central", c.ratio.p_central},
                {"p_minlike", number(c.ratio.p_minlike)},
                {"less", c.ratio.p_less},
                {"greater", c.ratio.p_greater},
                {"interval", interval(c.ratio.exact)}}},
              {"chance_up", finding.chance_up},
              {"chance_up_by_half", finding.chance_half_up}});
  const auto add_share = [&](const char* key, const Share& share) {
    if (!std::isnan(share.share)) out[key] = {{"share", share.share}, {"interval", interval(share.interval)}};
  };
  add_share("earlier_share", finding.earlier_share);
  add_share("later_share", finding.later_share);
  return out;
}

Json json_of(const Period& period) {
  return {{"label", period.label}, {"first", to_string(period.first)}, {"last", to_string(period.last)}};
}

}  // namespace

void write_comparison(const std::string& path, const CompareFindings& findings, const ComparedCounts& counts,
                      const ComparedPeriods& periods, const CompareOptions& options) {
  using data::ColumnType;
  constexpr ColumnType text = ColumnType::text, real = ColumnType::number;
  const bool shapes = !path.ends_with(".csv");
  data::AreaTable table;
  table.layer = "comparison";
  table.columns = {{"unit", text},
                   {"by", text},
                   {"code", text},
                   {"name", text},
                   {"earlier", real},
                   {"later", real},
                   {"earlier_exposure", real},
                   {"later_exposure", real},
                   {"change_percent", real},
                   {"rate_change_percent", real},
                   {"lower_percent", real},
                   {"upper_percent", real},
                   {"p", real},
                   {"q", real},
                   {"change", text},
                   {"chance_up", real},
                   {"chance_up_by_half", real},
                   {"earlier_share", real},
                   {"later_share", real},
                   {"share_lower", real},
                   {"share_upper", real},
                   {"sentence", text}};
  const auto add = [&](const CompareFinding& finding) {
    if (shapes && finding.by != "areas") return;
    table.rows.push_back(row_of(finding, periods, options));
    table.area.push_back(finding.place);
  };
  for (const CompareFinding& finding : findings.all) add(finding);
  for (const auto& split : findings.split)
    for (const CompareFinding& finding : split) add(finding);
  write_whole_file(
      path, [&](const std::string& partial) { data::write_area_table(partial, table, counts.areas, counts.crs_wkt); });
}

Json json_of(const CompareFindings& findings, const ComparedCounts& counts, const ComparedPeriods& periods,
             const CompareOptions& options, const std::vector<std::string>& lines) {
  Json out{
      {"read", counts.rows_read},
      {"earlier", json_of(periods.earlier)},
      {"later", json_of(periods.later)},
      {"method", options.method},
      {"confidence", options.confidence},
      {"exposure", options.exposure == "equal" ? "equal" : "days observed"},
      {"maturity_days", counts.maturity ? Json(*counts.maturity) : Json()},
      {"known_later", {{"earlier", counts.late_earlier}, {"later", counts.late_later}}},
      {"history", {{"dispersion", counts.history.value}, {"degrees_of_freedom", counts.history.degrees_of_freedom}}},
      {"language", options.language},
      {"lines", lines}};
  Json all = Json::array(), split = Json::array(), unobserved = Json::array();
  for (const CompareFinding& finding : findings.all) all.push_back(json_of(finding, periods, options));
  for (const auto& series : findings.split)
    for (const CompareFinding& finding : series) split.push_back(json_of(finding, periods, options));
  for (const std::size_t area : counts.unobserved) unobserved.push_back(counts.areas.codes[area]);
  out["findings"] = all;
  out["series"] = split;
  out["not_observed"] = unobserved;
  return out;
}

}  // namespace tocsin::cli
