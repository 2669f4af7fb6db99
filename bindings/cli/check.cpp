#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/indicators/source_loading.hpp>

#include "check_joins.hpp"
#include "console_progress.hpp"
#include "open_sources.hpp"
#include "outside_option.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

/// A box in degrees, to a tenth: enough to see that a source lies where it should, and no more.
std::string degrees(const Box& box, const std::string& crs_wkt) {
  std::array<double, 4> x{box.min_x, box.min_x, box.max_x, box.max_x};
  std::array<double, 4> y{box.min_y, box.max_y, box.min_y, box.max_y};
  data::Transformer(crs_wkt, "EPSG:4326").transform(x, y);
  return fmt::format("{:.1f} to {:.1f} E, {:.1f} to {:.1f} N", *std::min_element(x.begin(), x.end()),
                     *std::max_element(x.begin(), x.end()), *std::min_element(y.begin(), y.end()),
                     *std::max_element(y.begin(), y.end()));
}

/// What one source of events holds, for people.
struct EventSummary {
  std::int64_t read = 0, usable = 0, outside_where = 0, quarantined = 0;
  Day first = Day::max(), last = Day::min();
  Box box{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
          -std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  std::array<std::int64_t, 4> precision{};  ///< by PlaceKind
  std::map<std::string, std::int64_t> reasons;
};

EventSummary summarise(const EventBatch& batch) {
  EventSummary summary;
  summary.read = batch.rows_read;
  summary.outside_where = batch.outside_where;
  summary.quarantined = static_cast<std::int64_t>(batch.quarantined.size());
  const Events& events = batch.events;
  summary.usable = static_cast<std::int64_t>(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    summary.first = std::min(summary.first, events.first_day[i]);
    summary.last = std::max(summary.last, events.last_day[i]);
    ++summary.precision[static_cast<std::size_t>(events.precision[i].kind)];
    if (!std::isfinite(events.x[i]) || std::abs(events.x[i]) >= data::beyond_reach_m) continue;
    summary.box = {std::min(summary.box.min_x, events.x[i]), std::min(summary.box.min_y, events.y[i]),
                   std::max(summary.box.max_x, events.x[i]), std::max(summary.box.max_y, events.y[i])};
  }
  for (const QuarantinedRow& row : batch.quarantined) ++summary.reasons[row.reason];
  return summary;
}

class Checker {
 public:
  Checker(Scenario scenario, const CommonOptions& common) : scenario_(std::move(scenario)), common_(common) {}

  /// Looks at every source, even after a fault in another: everything is told at once.
  void check() {
    ConsoleProgress progress(true);
    out_ = {{"scenario", scenario_.name},
            {"from", to_string(scenario_.from)},
            {"to", to_string(scenario_.to)},
            {"as_of", to_string(scenario_.as_of)},
            {"indicators", scenario_.indicators.size()}};
    Sources sources;
    if (!attempt("sources", [&] { sources = open_sources(scenario_); })) return finish();
    for (const auto& request : requests_of(scenario_).all) {
      throw_if_cancelled(progress);
      attempt(request.source, [&] { look_at(request, sources); });
    }
    for (const auto& [name, spec] : scenario_.sources)
      if (!requested(name)) warn(fmt::format("source '{}' is not used by any indicator", name));
    if (faults_.empty()) attempt("run", [&] { lay_out(sources, progress); });
    finish();
  }

 private:
  template <typename Body>
  bool attempt(const std::string& what, const Body& body) {
    try {
      body();
      return true;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;
      faults_.push_back(error.what());
      worst_ =
          error.code() == ErrorCode::input && worst_ != ErrorCode::scenario ? ErrorCode::input : ErrorCode::scenario;
      out_["faults"].push_back({{"source", what}, {"message", error.what()}});
      return false;
    }
  }

  void warn(const std::string& text) {
    out_["warnings"].push_back(text);
    lines_.push_back("warning: " + text);
  }

  [[nodiscard]] bool requested(const std::string& name) const {
    const auto all = requests_of(scenario_).all;
    return std::any_of(all.begin(), all.end(), [&](const auto& request) { return request.source == name; });
  }

  void look_at(const SourceRequests::Request& request, Sources& sources) {
    switch (request.kind) {
      case PortKind::events: {
        const auto batch = sources.events.at(request.source)
                               ->read({sources.crs_wkt, request.number_fields, request.text_fields, request.filters});
        for (const std::string& text : batch.warnings) warn(text);
        return tell_events(request.source, summarise(batch), sources.crs_wkt);
      }
      case PortKind::areas: {
        const auto batch = sources.areas.at(request.source)->read(sources.crs_wkt);
        for (const std::string& text : batch.warnings) warn(text);
        return tell(request.source, "areas",
                    fmt::format("{} area{}, {}", batch.areas.size(), batch.areas.size() == 1 ? "" : "s",
                                degrees(batch.areas.bounds(), sources.crs_wkt)),
                    {{"areas", batch.areas.size()}});
      }
      case PortKind::features: {
        for (const std::string& filter : filters_of(request)) {
          const auto batch = sources.features.at(request.source)->read(sources.crs_wkt, filter);
          for (const std::string& text : batch.warnings) warn(text);
          tell(request.source, "features",
               fmt::format("{} rows, {} features, {} quarantined{}", batch.rows_read, batch.features.size(),
                           batch.quarantined.size(), filter.empty() ? "" : ", where " + filter),
               {{"read", batch.rows_read},
                {"features", batch.features.size()},
                {"quarantined", batch.quarantined.size()}});
        }
        return;
      }
      case PortKind::table: {
        const Table table = sources.tables.at(request.source)->read();
        for (const std::string& text : table.warnings) warn(text);
        return tell(request.source, "table",
                    fmt::format("{} rows, {} columns", table.rows.size(), table.columns.size()),
                    {{"read", table.rows.size()}});
      }
      case PortKind::raster:
        return tell(request.source, "raster", "opens", {});
    }
  }

  [[nodiscard]] std::vector<std::string> filters_of(const SourceRequests::Request& request) const {
    std::vector<std::string> filters = request.filters;
    for (const Indicator& indicator : scenario_.indicators)
      for (const SourceNeed& need : indicator.measure->needs())
        if (need.source == request.source && need.filter.empty() &&
            std::find(filters.begin(), filters.end(), std::string()) == filters.end())
          filters.emplace_back();
    return filters;
  }

  void tell(const std::string& source, const std::string& kind, const std::string& text, nlohmann::ordered_json json) {
    json["kind"] = kind;
    out_["sources"][source] = std::move(json);
    lines_.push_back(fmt::format("{:<22} {:<9} {}", source, kind, text));
  }

  void tell_events(const std::string& source, const EventSummary& summary, const std::string& crs_wkt) {
    const auto& [point, disc, admin, unplaced] = summary.precision;
    const bool any = summary.usable > 0;
    nlohmann::ordered_json json{
        {"read", summary.read},
        {"usable", summary.usable},
        {"outside_where", summary.outside_where},
        {"quarantined", summary.quarantined},
        {"precision", {{"point", point}, {"disc", disc}, {"admin", admin}, {"unplaced", unplaced}}}};
    for (const auto& [reason, rows] : summary.reasons) json["quarantined_by_reason"][reason] = rows;
    if (any) {
      json["first"] = to_string(summary.first);
      json["last"] = to_string(summary.last);
    }
    if (summary.box.min_x <= summary.box.max_x)
      json["extent_m"] = {summary.box.min_x, summary.box.min_y, summary.box.max_x, summary.box.max_y};
    tell(source, "events",
         fmt::format("{} rows, {} usable, {} quarantined{}; places: {} point, {} within a distance, {} admin unit, {} "
                     "country only",
                     summary.read, summary.usable, summary.quarantined,
                     any ? fmt::format(", {} to {}", to_string(summary.first), to_string(summary.last)) : "", point,
                     disc, admin, unplaced),
         std::move(json));
    if (summary.box.min_x <= summary.box.max_x)
      lines_.push_back(fmt::format("{:<32} {}", "", degrees(summary.box, crs_wkt)));
    for (const auto& [reason, rows] : summary.reasons)
      lines_.push_back(fmt::format("{:<32} {} x {}", "", rows, reason));
  }

  /// Grid, memory, joins and table columns: what can only be seen with everything read.
  void lay_out(Sources& sources, Progress& progress) {
    const auto periods = periods_between(scenario_.from, scenario_.to, scenario_.every);
    SourceLedger ledger;
    const SourceRequests requests = requests_of(scenario_);
    const LoadedSources loaded(scenario_, requests, sources, periods, ledger, progress);
    for (const Indicator& indicator : scenario_.indicators)
      indicator.measure->account(loaded.context(), periods.front(), periods.back(), ledger);
    const Grid& grid = loaded.context().whole_grid;
    out_["grid"] = {{"width", grid.width}, {"height", grid.height}, {"cell_m", grid.cell_m}};
    out_["periods"] = periods.size();
    lines_.push_back(fmt::format("{:<22} {} x {} cells of {} m, {} periods, {} areas", "grid", grid.width, grid.height,
                                 grid.cell_m, periods.size(), loaded.context().areas.size()));
    for (const auto& [source, account] : ledger.report().rows) {
      std::string outside;
      for (const auto& [reason, rows] : account.outside) {
        outside += fmt::format(", {} {}", rows, reason);
        out_["sources"][source]["outside"][reason] = rows;
      }
      out_["sources"][source]["used"] = account.used;
      lines_.push_back(fmt::format("{:<22} used {} of {}{}", source, account.used, account.read,
                                   outside.empty() ? "" : "; outside:" + outside.substr(1)));
    }
    tell_joins(ledger.report().joins, lines_, out_);
    for (const std::string& text : ledger.report().warnings) {
      const std::string line = "warning: " + text;
      if (std::find(lines_.begin(), lines_.end(), line) == lines_.end()) warn(text);
    }
  }

  void finish() {
    if (common_.json)
      fmt::print("{}\n", out_.dump(2));
    else
      for (const std::string& line : lines_) fmt::print("{}\n", printable(line));
    if (!faults_.empty()) throw Error(worst_, fmt::format("{}", fmt::join(faults_, "\ntocsin: ")));
    if (!common_.json) fmt::print("{}: ready to run\n", scenario_.name);
  }

  Scenario scenario_;
  const CommonOptions& common_;
  nlohmann::ordered_json out_;
  std::vector<std::string> lines_, faults_;
  ErrorCode worst_ = ErrorCode::input;
};

}  // namespace

void add_check(CLI::App& app, CommonOptions& common) {
  auto scenario = std::make_shared<std::string>();
  CLI::App* verb =
      app.add_subcommand("check", "Say everything that is wrong with a scenario, and what its sources hold");
  verb->add_option("scenario", *scenario, "scenario file (TOML)")->required();
  add_common_options(*verb, common);
  const auto outside = add_outside_option(*verb);
  verb->footer("Writes nothing. Example: tocsin init my-area --from-sample && tocsin check my-area/scenario.toml");
  verb->callback(
      [scenario, outside, &common] { Checker(load_scenario(*scenario, outside_paths(*outside)), common).check(); });
}

}  // namespace tocsin::cli
