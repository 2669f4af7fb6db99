#include <cstdio>
#include <exception>
#include <new>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/network.hpp>

#include "printable.hpp"
#include "verbs.hpp"

namespace {

/// 0 done, 1 the run failed, 2 usage or scenario error, 3 input data unusable, 4 done and alerts stand.
int exit_code(tocsin::ErrorCode code) {
  switch (code) {
    case tocsin::ErrorCode::invalid_argument:
    case tocsin::ErrorCode::shape_mismatch:
    case tocsin::ErrorCode::usage:
    case tocsin::ErrorCode::scenario:
      return 2;
    case tocsin::ErrorCode::input:
      return 3;
    case tocsin::ErrorCode::io:
    case tocsin::ErrorCode::memory:
    case tocsin::ErrorCode::cancelled:
    case tocsin::ErrorCode::internal:
      return 1;
  }
  return 1;
}

int fail(int code, const std::string& message) {
  fmt::print(stderr, "tocsin: {}\n", tocsin::cli::printable(message));
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Scores places for the risk of conflict-related sexual violence.", "tocsin"};
  app.set_version_flag("--version", TOCSIN_VERSION);
  app.require_subcommand(1);
  app.footer("Example: tocsin init my-area --from-sample && tocsin run my-area/scenario.toml -o my-area/out");
  tocsin::cli::CommonOptions common;
  tocsin::cli::add_run(app, common);
  tocsin::cli::add_check(app, common);
  tocsin::cli::add_init(app, common);
  tocsin::cli::add_indicators(app, common);
  tocsin::cli::add_formats(app, common);
  tocsin::cli::add_density(app, common);
  tocsin::cli::add_distance(app, common);
  tocsin::cli::add_zonal(app, common);
  tocsin::cli::add_rasterize(app, common);
  tocsin::cli::add_hotspots(app, common);
  tocsin::cli::add_scan(app, common);
  tocsin::cli::add_clustering(app, common);
  tocsin::cli::add_emerging(app, common);
  tocsin::cli::add_compare(app, common);
  tocsin::cli::add_trend(app, common);
  tocsin::cli::add_nowcast(app, common);
  tocsin::cli::add_patterns(app, common);
  tocsin::cli::add_alarm(app, common);
  tocsin::data::refuse_network();
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return fail(2,
                fmt::format("{}; `tocsin --help` lists the verbs, `tocsin VERB --help` their options", error.what()));
  } catch (const tocsin::cli::AlertsStand&) {
    return 4;
  } catch (const tocsin::Error& error) {
    return fail(exit_code(error.code()), error.what());
  } catch (const std::bad_alloc&) {
    return fail(1, "not enough memory; take a larger cell or a smaller area");
  } catch (const std::exception& error) {
    return fail(1, fmt::format("unexpected fault: {}", error.what()));
  }
}
