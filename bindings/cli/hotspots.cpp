#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/area_table.hpp>
#include <tocsin/data/weights_file.hpp>
#include <tocsin/hotspot/global_statistics.hpp>
#include <tocsin/indicators/measure.hpp>

#include "console_progress.hpp"
#include "grid_options.hpp"
#include "hotspot_explain.hpp"
#include "hotspot_output.hpp"
#include "hotspot_places.hpp"
#include "hotspot_values.hpp"
#include "idle_options.hpp"
#include "neighbour_options.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct HotspotsVerb {
  SourceSpec input;
  std::string crs = "auto";
  ValueChoice values;
  std::string output, statistic = "gi-star", neighbours = "queen", correction = "bh", explain;
  std::string tolerance, save_neighbours, try_bands;
  WeightChoice weights;
  HotspotOptions options;
};

/// "bivariate:FIELD" names a second field; the others are words alone.
void read_statistic(HotspotsVerb& verb) {
  std::string word = verb.statistic;
  if (const auto colon = word.find(':'); colon != std::string::npos) {
    verb.values.fields.second = word.substr(colon + 1);
    word = word.substr(0, colon);
  }
  const auto statistic = parse_hotspot_statistic(word);
  if (!statistic)
    throw Error(ErrorCode::usage,
                fmt::format("--statistic {}: there are excess, gi-star, gi, moran, geary, join-count and "
                            "bivariate:FIELD",
                            verb.statistic));
  if ((*statistic == HotspotStatistic::bivariate) == verb.values.fields.second.empty())
    throw Error(ErrorCode::usage,
                fmt::format("--statistic {}: write bivariate:FIELD, and the others alone", verb.statistic));
  verb.options.statistic = *statistic;
}

nlohmann::ordered_json json_of(const GlobalStatistic& global) {
  const auto value = [](double number) -> nlohmann::ordered_json {
    return std::isnan(number) ? nlohmann::ordered_json() : nlohmann::ordered_json(number);
  };
  return {{"statistic", value(global.statistic)},
          {"expectation", value(global.expectation)},
          {"variance", value(global.randomisation.variance)},
          {"z", value(global.randomisation.z)},
          {"p", value(global.randomisation.p)}};
}

nlohmann::ordered_json summary(const HotspotsVerb& verb, const HotspotPlaces& places, const Neighbours& neighbours,
                               const HotspotTable& table) {
  std::map<std::string, int> classes;
  for (const std::string_view name : table.classes) ++classes[std::string(name)];
  const Neighbours weights = styled(without_self(neighbours), verb.options.weights);
  nlohmann::ordered_json global{{"moran", json_of(moran_i(places.values, weights))},
                                {"geary", json_of(geary_c(places.values, weights))},
                                {"getis_ord_g", json_of(getis_ord_g(places.values, weights))}};
  if (verb.options.statistic == HotspotStatistic::join_count) {
    const JoinCounts joins = join_counts(places.values, weights);
    global = {{"black_black", json_of(joins.black_black)},
              {"white_white", json_of(joins.white_white)},
              {"black_white", json_of(joins.black_white)}};
  }
  nlohmann::ordered_json permutations;
  if (verb.options.statistic != HotspotStatistic::excess) permutations = verb.options.permutation.permutations;
  return {{"output", verb.output},
          {"places", places.size()},
          {"statistic", verb.statistic},
          {"neighbours", verb.neighbours},
          {"weights", verb.weights.style},
          {"links", neighbours.links()},
          {"permutations", permutations},
          {"correction", verb.correction},
          {"level", verb.options.level},
          {"classes", classes},
          {"global", global},
          {"value_unit", places.unit},
          {"warnings", places.warnings}};
}

void say(const HotspotsVerb& verb, const HotspotPlaces& places, const HotspotTable& table) {
  std::map<std::string, int> classes;
  for (const std::string_view name : table.classes) ++classes[std::string(name)];
  for (const std::string& warning : places.warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
  fmt::print(stderr, "wrote {}: {} places", verb.output, places.size());
  if (!places.unit.empty()) fmt::print(stderr, "; values are {}", places.unit);
  for (const auto& [name, count] : classes) fmt::print(stderr, "; {} {}", count, name);
  fmt::print(stderr, "\n");
}

void save_neighbours(const HotspotsVerb& verb, const CommonOptions& common, const HotspotPlaces& places,
                     const Neighbours& neighbours) {
  if (places.grid) throw Error(ErrorCode::usage, "--save-neighbours names areas by their codes; cells have none");
  require_output(verb.save_neighbours, common.overwrite, {".gal", ".gwt"}, {neighbour_rule_of(verb.neighbours).path});
  const data::WeightsHeader header{"areas", verb.input.code_field.empty() ? "code" : verb.input.code_field};
  write_whole_file(verb.save_neighbours, [&](const std::string& path) {
    verb.save_neighbours.ends_with(".gal") ? data::write_gal(path, neighbours, places.codes, header)
                                           : data::write_gwt(path, neighbours, places.codes, header);
  });
}

std::vector<IdleOptions> idle_options(const HotspotsVerb& verb, const NeighbourRule& rule) {
  using Kind = NeighbourRule::Kind;
  const HotspotStatistic statistic = verb.options.statistic;
  const bool raster = holds_raster(verb.input), excess = statistic == HotspotStatistic::excess,
             tries = !verb.try_bands.empty(), rates = !verb.values.fields.population.empty() && !excess,
             inverse = verb.weights.style == "inverse-distance", saves = !verb.save_neighbours.empty(),
             links = !tries || saves || (rates && verb.values.smooth == "eb-local"),
             touching = !raster && (rule.kind == Kind::queen || rule.kind == Kind::rook);
  return {{{"--value"}, raster, "on a raster, whose cells have one value: remove it, or choose a --band"},
          {{"--code", "--name", "--layer", "--where", "--crs", "--join", "--separate"},
           raster,
           "on a raster, whose cells have no attributes: remove it"},
          {{"--band"}, !raster, "on areas or a table: name the field, --value"},
          {{"--crs"}, is_plain_table(verb.input.path), "on a table without shapes: remove it"},
          {{"--statistic"},
           tries && statistic != HotspotStatistic::moran,
           "with --try-bands, which takes Moran's I: remove one of them"},
          {{"--permutations", "--seed", "--correction", "--fdr", "--explain"},
           tries,
           "with --try-bands, which takes the global Moran's I: remove it"},
          {{"--neighbours", "--tolerance", "--join", "--separate"},
           !links,
           "with --try-bands, which tries bands: remove it"},
          {{"--permutations", "--seed"}, excess, "with --statistic excess, whose p is exact: remove it"},
          {{"--weights"},
           (excess || tries) && !(inverse && saves),
           excess ? "with --statistic excess, which adds up whole numbers of events: remove it"
                  : "with --try-bands, where all links within a band weigh alike: remove it"},
          {{"--power"}, !inverse, "without --weights inverse-distance: give that, or remove it"},
          {{"--self-weight"},
           tries || statistic != HotspotStatistic::gi_star,
           "on statistics other than gi-star: remove it"},
          {{"--tolerance"}, !touching, "on neighbours other than queen and rook of areas: remove it"},
          {{"--smooth"},
           !rates,
           excess ? "with --statistic excess, which sets events against --population itself: remove it"
                  : "without --population: name the field with the persons, or remove it"}};
}

bool holds_itself(const Neighbours& neighbours) {
  for (std::size_t i = 0; i < neighbours.size(); ++i)
    if (std::ranges::binary_search(neighbours.indices(i), static_cast<std::uint32_t>(i))) return true;
  return false;
}

void prepare(HotspotsVerb& verb) {
  read_statistic(verb);
  verb.input.name = verb.values.path = verb.input.path;
  verb.options.weights = style_of(verb.weights);
  verb.options.correction = parse_correction(verb.correction).value_or(Correction::benjamini_hochberg);
  if (!verb.tolerance.empty()) verb.weights.tolerance_m = parse_length(verb.tolerance).metres;
  verb.options.validate();
}

void hotspots_verb(HotspotsVerb verb, const CLI::App& sub, const CommonOptions& common) {
  prepare(verb);
  const NeighbourRule rule = neighbour_rule_of(verb.neighbours);
  refuse_idle_options(sub, idle_options(verb, rule));
  const bool raster = holds_raster(verb.input);
  require_output(verb.output, common.overwrite,
                 raster ? std::vector<std::string>{".tif", ".tiff"} : data::area_table_endings(),
                 {verb.input.path, rule.path});
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  progress.stage("reading places", 0);
  HotspotPlaces places = read_hotspot_places(verb.input, verb.crs, verb.values.fields, rule);
  if (!raster && !places.has_shapes() && !verb.output.ends_with(".csv"))
    throw Error(ErrorCode::usage, fmt::format("{} has no shapes: write a .csv", verb.input.path));
  if (raster && !verb.explain.empty())
    throw Error(ErrorCode::usage, "--explain names an area; cells of a raster have no names");
  progress.stage("finding neighbours", 0);
  const Neighbours neighbours = hotspot_neighbours(places, rule, verb.weights);
  refuse_idle_options(sub, {{{"--self-weight"},
                             holds_itself(neighbours),
                             "on links that name places as their own neighbours, with a weight: remove it"}});
  prepare_values(verb.values, verb.options.statistic, neighbours, places);
  if (!verb.save_neighbours.empty()) save_neighbours(verb, common, places, neighbours);
  if (!verb.try_bands.empty()) return try_bands(verb.try_bands, verb.output, places, common);
  progress.stage("permuting", 0);
  const HotspotTable table = hotspots_among(verb.values, places, neighbours, verb.options, progress);
  const std::string explained =
      verb.explain.empty() ? "" : explain_hotspot(places, verb.explain, table, neighbours, verb.options);
  write_whole_file(verb.output, [&](const std::string& path) {
    raster ? write_hotspot_raster(path, places, table) : write_hotspot_table(path, places, table);
  });
  if (common.json) {
    nlohmann::ordered_json result = summary(verb, places, neighbours, table);
    if (!explained.empty()) result["explain"] = explained;
    fmt::print("{}\n", result.dump(2));
    return;
  }
  fmt::print("{}", explained);
  if (!common.quiet) say(verb, places, table);
}

constexpr const char* explanation =
    "excess: of whole counts, are there more events in a place and its neighbours than people (--population) or "
    "ground\n"
    "explain? Events are dealt one by one, p_sim is exact.\n"
    "gi-star: is a place, with its neighbours, high or low?   gi: are its neighbours?\n"
    "moran: like its neighbours (high-high, low-low) or not?   geary: how far from its neighbours?\n"
    "bivariate:FIELD: its value beside its neighbours' FIELD.   join-count: of 0/1 values, neighbours that share its "
    "1.\n"
    "\n"
    "z and p come from the statistic's moments; p_sim is one-sided, the smaller tail of the conditional permutation\n"
    "(the place keeps its value, the others' are dealt at random), (draws as extreme + 1) / (draws + 1), with its\n"
    "Monte-Carlo standard error. q corrects twice p_sim for the number of places looked at; class goes by q.\n"
    "No p is 0: one below 1e-307 stands as that (in a raster 1.2e-38), and is printed as < 1e-300.\n"
    "An empty cell is undefined, and class says why: not observed, no neighbours, no variance. Never zero.\n"
    "\n"
    "With --population values are counts and become rates, in events per person (x 100,000 for the usual unit), or "
    "per\n"
    "whatever one of the field counts: by empirical Bayes (eb), towards the neighbourhood (eb-local), standardised "
    "for\n"
    "Moran (Assuncao and Reis; in standard deviations), or as they are (none). Excess keeps the counts. Without it, a\n"
    "hotspot of counts may only be a hotspot of people.\n"
    "--weights inverse-distance: 1 / distance^power in units of the shortest distance that leaves no place alone; a\n"
    "place itself (gi-star) weighs --self-weight.\n"
    "\n"
    "A cold spot has less than its share while others have more: it is not safe, and not said to be.\n"
    "\n"
    "Examples, with S for data/samples/western_equatoria:\n"
    "  tocsin rasterize S/clashes.csv --method count --cell \"5 km\" --area S/western_equatoria.geojson -o "
    "counts.tif\n"
    "  tocsin hotspots counts.tif --statistic excess --neighbours \"band: 15 km\" -o hot.tif\n"
    "  tocsin emerging S/clashes.csv --where \"where_prec IN ('1', '2', '3')\" --placement point --areas "
    "S/counties.geojson \\\n"
    "    --code pcode --name name -o clashes.gpkg\n"
    "  tocsin hotspots clashes.gpkg --value events --code code --name name --statistic excess \\\n"
    "    -o hot.gpkg --explain Tambura";

}  // namespace

void add_hotspots(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<HotspotsVerb>();
  CLI::App* sub = app.add_subcommand("hotspots", "Places that stand out beyond chance: Getis-Ord, Moran, Geary");
  sub->add_option("places", verb->input.path, "file of areas, a table (with --neighbours gal or gwt), or a raster")
      ->required();
  sub->add_option("-o,--output", verb->output, "table to write, .csv, .gpkg or .geojson; of a raster a GeoTIFF")
      ->required();
  sub->add_option("--value", verb->values.fields.value, "numeric field that is looked at");
  sub->add_option("--statistic", verb->statistic, "excess, gi-star, gi, moran, geary, join-count or bivariate:FIELD")
      ->capture_default_str();
  sub->add_option("--neighbours", verb->neighbours,
                  "queen, rook, \"knn: 8\", \"band: 10 km\", delaunay, gabriel, \"gal: FILE\" or \"gwt: FILE\"")
      ->capture_default_str();
  sub->add_option("--tolerance", verb->tolerance,
                  "for queen and rook: boundaries that come this near to each other touch, \"10 m\"");
  sub->add_option("--weights", verb->weights.style, "binary, row, variance-stabilising or inverse-distance")
      ->check(CLI::IsMember({"binary", "row", "variance-stabilising", "inverse-distance"}))
      ->capture_default_str();
  sub->add_option("--power", verb->weights.power, "of inverse-distance")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  sub->add_option("--self-weight", verb->options.self_weight, "of the place itself, for gi-star")
      ->capture_default_str();
  sub->add_option("--join", verb->weights.joined,
                  "two codes that are neighbours whatever the map says, A:B (a ferry, a bridge); may repeat");
  sub->add_option("--separate", verb->weights.separated, "two codes that are none, A:B (a front, a river); may repeat");
  sub->add_option("--save-neighbours", verb->save_neighbours, "also write the links, .gal or .gwt");
  sub->add_option("--try-bands", verb->try_bands,
                  "instead: Moran's I for bands \"10 km,100 km,10 km\" (first, last, step), and the distance that it "
                  "suggests");
  sub->add_option("--permutations", verb->options.permutation.permutations, "how many arrangements are compared with")
      ->capture_default_str();
  sub->add_option("--seed", verb->options.permutation.seed, "of the permutations")->capture_default_str();
  sub->add_option("--correction", verb->correction, "bh, by, holm, bonferroni or none")
      ->check(CLI::IsMember({"bh", "by", "holm", "bonferroni", "none"}))
      ->capture_default_str();
  sub->add_option("--fdr", verb->options.level, "q at or below which a place is significant")->capture_default_str();
  sub->add_option("--population", verb->values.fields.population,
                  "numeric field with the persons that counts come from");
  sub->add_option("--smooth", verb->values.smooth, "with --population: eb, eb-local, standardised or none")
      ->check(CLI::IsMember({"eb", "eb-local", "standardised", "none"}))
      ->capture_default_str();
  sub->add_option("--explain", verb->explain, "print the whole calculation for the area of this code or name");
  sub->add_option("--code", verb->input.code_field, "attribute with the areas' codes (default: numbered from 1)");
  sub->add_option("--name", verb->input.name_field, "attribute with their names");
  sub->add_option("--layer", verb->input.layer, "layer or sheet");
  sub->add_option("--where", verb->input.where, "OGR SQL where clause on the areas");
  sub->add_option("--crs", verb->crs, "projected CRS that distances are measured in, or auto: equal-area")
      ->capture_default_str();
  sub->add_option("--band", verb->input.band, "band of the raster")->check(CLI::PositiveNumber)->capture_default_str();
  add_common_options(*sub, common);
  sub->footer(explanation);
  sub->callback([verb, sub, &common] { hotspots_verb(*verb, *sub, common); });
}

}  // namespace tocsin::cli
