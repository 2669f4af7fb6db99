#include "check_scenario.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/indicators/source_loading.hpp>

#include "check_events.hpp"
#include "check_joins.hpp"
#include "console_progress.hpp"
#include "open_sources.hpp"
#include "printable.hpp"

namespace tocsin::cli {
namespace {

class ScenarioCheck {
 public:
  ScenarioCheck(Scenario scenario, const CommonOptions& common) : scenario_(std::move(scenario)), common_(common) {}

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
  /// What the exit code tells: a fault of disk, memory or program before the scenario's, the scenario's before the
  /// data's.
  static ErrorCode worse(ErrorCode one, ErrorCode other) {
    const auto rank = [](ErrorCode code) {
      if (code == ErrorCode::io || code == ErrorCode::memory || code == ErrorCode::internal) return 2;
      return code == ErrorCode::input ? 0 : 1;
    };
    return rank(other) > rank(one) ? other : one;
  }

  template <typename Body>
  bool attempt(const std::string& what, const Body& body) {
    try {
      body();
      return true;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;
      faults_.push_back(error.what());
      worst_ = worse(worst_, error.code());
      out_["faults"].push_back({{"source", what}, {"message", error.what()}});
      return false;
    }
  }

  void warn(const std::string& text) {
    out_["warnings"].push_back(text);
    warnings_.push_back("warning: " + text);
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
        events_.push_back({request.source, summarise(batch, data::beyond_reach_m), sources.crs_wkt, {}});
        return;
      }
      case PortKind::areas: {
        const auto batch = sources.areas.at(request.source)->read(sources.crs_wkt);
        for (const std::string& text : batch.warnings) warn(text);
        return tell(request.source, "areas",
                    fmt::format("{} area{}, {}", batch.areas.size(), batch.areas.size() == 1 ? "" : "s",
                                box_text(rough_box(batch.areas.bounds(), sources.crs_wkt))),
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
    sources_.push_back(fmt::format("{:<22} {:<9} {}", source, kind, text));
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
    rest_.push_back(fmt::format("{:<22} {} x {} cells of {} m, {} periods, {} areas", "grid", grid.width, grid.height,
                                grid.cell_m, periods.size(), loaded.context().areas.size()));
    for (const auto& [source, account] : ledger.report().rows) tell_account(source, account);
    tell_joins(ledger.report().joins, rest_, out_);
    for (const std::string& text : ledger.report().warnings) {
      const std::string line = "warning: " + text;
      if (std::find(warnings_.begin(), warnings_.end(), line) == warnings_.end()) warn(text);
    }
  }

  void tell_account(const std::string& source, const RowAccount& account) {
    const auto found = std::find_if(events_.begin(), events_.end(),
                                    [&](const CheckedEvents& checked) { return checked.source == source; });
    if (found != events_.end()) {
      found->account = account;
      return;
    }
    std::string outside;
    for (const auto& [reason, rows] : account.outside) {
      outside += fmt::format(", {} {}", rows, reason);
      out_["sources"][source]["outside"][reason] = rows;
    }
    out_["sources"][source]["used"] = account.used;
    rest_.push_back(fmt::format("{:<22} used {} of {}{}", source, account.used, account.read,
                                outside.empty() ? "" : "; outside:" + outside.substr(1)));
  }

  void finish() {
    for (const CheckedEvents& checked : events_) {
      out_["sources"][checked.source] = event_json(checked);
      const auto table = event_lines(checked);
      sources_.insert(sources_.end(), table.begin(), table.end());
    }
    if (common_.json) fmt::print("{}\n", out_.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    for (const auto* lines : {&sources_, &rest_, &warnings_})
      for (const std::string& line : *lines)
        if (!common_.json) fmt::print("{}\n", printable(line));
    if (!faults_.empty()) throw Error(worst_, fmt::format("{}", fmt::join(faults_, "\ntocsin: ")));
    if (!common_.json) fmt::print("{}: ready to run\n", scenario_.name);
  }

  Scenario scenario_;
  const CommonOptions& common_;
  nlohmann::ordered_json out_;
  std::vector<CheckedEvents> events_;
  std::vector<std::string> sources_, rest_, warnings_;  ///< lines to print, in this order
  std::vector<std::string> faults_;
  ErrorCode worst_ = ErrorCode::input;
};

}  // namespace

void check_scenario(const std::string& path, OutsidePaths outside, const CommonOptions& common) {
  ScenarioCheck(load_scenario(path, outside), common).check();
}

}  // namespace tocsin::cli
