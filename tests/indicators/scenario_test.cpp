#include <ostream>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/scenario.hpp>

namespace tocsin {
namespace {

const std::string good = R"([scenario]
name = "a place"
area = "area.geojson"
cell = "1 km"
every = "month"
from = 2021-01-01
to = 2021-08-31
as_of = 2021-09-15
[areas]
path = "counties.geojson"
code = "pcode"
[sources.incidents]
path = "incidents.csv"
format = "incidents"
[[indicator]]
id = "crsv"
pillar = "incidents"
source = "incidents"
measure = { kind = "density", bandwidth = "25 km", half_life = "90 days" }
normalise = { kind = "goalposts", low = 0, high = 0.02 }
[index]
within = "power: 2"
)";

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = good;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// All that is said of a text; empty when nothing is.
std::string problems_of(const std::string& text) {
  try {
    parse_scenario(text, "dir/s.toml");
    return {};
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::scenario);
    return error.what();
  }
}

TEST(Scenario, ReadsWhatItSays) {
  const Scenario scenario = parse_scenario(good, "dir/s.toml");
  EXPECT_EQ(scenario.name, "a place");
  EXPECT_EQ(scenario.area.path, "dir/area.geojson");
  EXPECT_EQ(scenario.cell, kilometres(1));
  EXPECT_EQ(scenario.as_of, make_day(2021, 9, 15));
  EXPECT_EQ(scenario.sources.at("incidents").path, "dir/incidents.csv");
  ASSERT_EQ(scenario.indicators.size(), 1U);
  EXPECT_EQ(scenario.indicators[0].normalise.high, 0.02);
  EXPECT_EQ(scenario.index.within.kind, AggregateKind::power);
}

TEST(Scenario, EveryFormatOfEventsIsNearbyAsEvents) {
  for (const char* format : {"incidents", "acled", "ucdp-ged", "table"})
    for (const char* measure :
         {"{ kind = \"proximity\", max = \"10 km\" }", "{ kind = \"presence\", radius = \"5 km\" }"}) {
      std::string text = good;
      const std::string kind = "{ kind = \"density\", bandwidth = \"25 km\", half_life = \"90 days\" }";
      text.replace(text.find(kind), kind.size(), measure);
      text.replace(text.find("format = \"incidents\""), 20, "format = \"" + std::string(format) + "\"");
      const Scenario scenario = parse_scenario(text, "scenario.toml");
      EXPECT_EQ(scenario.indicators.at(0).measure->needs().at(0).kind, PortKind::events) << format << " " << measure;
    }
}

TEST(Scenario, AsOfIsTheLastDayUnlessSaid) {
  EXPECT_EQ(parse_scenario(replaced("as_of = 2021-09-15\n", ""), "s.toml").as_of, make_day(2021, 8, 31));
}

struct Mistake {
  const char* from;
  const char* to;
  const char* said;  ///< position and the telling part of the message
};

void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.to;
}

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreToldWithTheirPosition) {
  const std::string said = problems_of(replaced(GetParam().from, GetParam().to));
  EXPECT_NE(said.find(GetParam().said), std::string::npos) << said;
  EXPECT_EQ(said.find('\n'), std::string::npos) << "one mistake, one line: " << said;
}

INSTANTIATE_TEST_SUITE_P(
    Each, Mistakes,
    testing::Values(
        Mistake{"name = \"a place\"", "name = \"a place", "dir/s.toml:2:"},
        Mistake{"cell = \"1 km\"", "cell = 1", "dir/s.toml:4:8: `cell` of [scenario] must be a length with its unit"},
        Mistake{"cell = \"1 km\"", "cell = \"1 mile\"",
                "dir/s.toml:4:8: `cell` of [scenario] is wrong: '1 mile' is not a length"},
        Mistake{"cell = \"1 km\"", "cell = \"0 km\"", "dir/s.toml:4:8: `cell` of [scenario] must be greater than 0"},
        Mistake{"cell = \"1 km\"", "cell = \"-2 km\"", "must be greater than 0"},
        Mistake{"every = \"month\"", "every = \"monht\"",
                "5:9: `every` of [scenario] is \"monht\" (did you mean \"month\"?)"},
        Mistake{"every = \"month\"", "evry = \"month\"",
                "5:8: unknown key `evry` in [scenario] (did you mean `every`?)"},
        Mistake{"to = 2021-08-31", "to = 2020-08-31", "(2020-08-31) is before `from` (2021-01-01)"},
        Mistake{"as_of = 2021-09-15", "as_of = 2021-03-15",
                "`as_of` of [scenario] (2021-03-15) is before `to` (2021-08-31)"},
        Mistake{"from = 2021-01-01", "from = \"January\"", "6:8: `from` of [scenario] must be a date"},
        Mistake{"code = \"pcode\"\n", "", "`code` of [areas] is missing"},
        Mistake{"source = \"incidents\"", "source = \"incident\"",
                "names 'incident', which is not in [sources] (did you mean 'incidents'?)"},
        Mistake{"kind = \"density\"", "kind = \"densty\"",
                "is \"densty\" (did you mean \"density\"?); there are: density, count"},
        Mistake{"kind = \"density\"", "kind = \"expression\"",
                "is \"expression\", which comes with a later version; there are: density, count"},
        Mistake{"bandwidth = \"25 km\"", "bandwith = \"25 km\"",
                "(did you mean `bandwidth`?); it takes: bandwidth, half_life, kernel"},
        Mistake{"half_life = \"90 days\"", "half_life = 90", "must be a duration with its unit"},
        Mistake{"half_life = \"90 days\"", "halflife = \"90 days\"", "(did you mean `half_life`?)"},
        Mistake{"low = 0, high = 0.02", "low = 1, high = 1", "`normalise` of [[indicator]] is wrong"},
        Mistake{"kind = \"goalposts\", low = 0, high = 0.02", "kind = \"goalposts\", low = 0, high = nan",
                "must be finite"},
        Mistake{"within = \"power: 2\"", "within = \"owa\"", "comes with a later version"},
        Mistake{"within = \"power: 2\"", "within = \"power: x\"", "`within` of [index] is wrong"},
        Mistake{"within = \"power: 2\"", "pillar_weights = { incident = 2 }", "(did you mean 'incidents'?)"},
        Mistake{"format = \"incidents\"", "format = \"acledd\"", "acled"},
        Mistake{"[index]", "[release]\nlevel = 1\n[index]", "[release] comes with a later version; remove it"},
        Mistake{"id = \"crsv\"", "use = \"no-such-indicator-anywhere\"", "which is not in the catalogue"}));

TEST(Scenario, TellsEverythingAtOnceInTheOrderOfTheFile) {
  std::string text = replaced("cell = \"1 km\"", "cell = 1");
  text.replace(text.find("half_life"), 9, "half_lief");
  text.replace(text.find("within"), 6, "whithin");
  const std::string said = problems_of(text);
  const auto cell = said.find("s.toml:4:8"), half_life = said.find("half_lief"), within = said.find("whithin");
  ASSERT_NE(cell, std::string::npos) << said;
  EXPECT_LT(cell, half_life);
  EXPECT_LT(half_life, within);
  EXPECT_NE(within, std::string::npos);
}

TEST(Scenario, NamesTheNearestSection) {
  EXPECT_NE(problems_of(replaced("[areas]", "[aeras]")).find("9:1: unknown section [aeras] (did you mean [areas]?)"),
            std::string::npos);
}

TEST(Scenario, RefusesTheSameIdTwice) {
  const auto block = good.substr(good.find("[[indicator]]"), good.find("[index]") - good.find("[[indicator]]"));
  EXPECT_NE(problems_of(good + block).find("which another indicator has"), std::string::npos);
}

TEST(Scenario, NeedsAnIndicator) {
  const auto at = good.find("[[indicator]]");
  EXPECT_NE(problems_of(good.substr(0, at)).find("has no [[indicator]]"), std::string::npos);
}

TEST(Scenario, FilesThatAreNotThere) {
  EXPECT_THROW(load_scenario("/no/such/scenario.toml"), Error);
  try {
    load_scenario("/");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::input);
    EXPECT_NE(std::string(error.what()).find("is a folder"), std::string::npos);
  }
}

TEST(NearestWord, NamesTheNearestAndNothingFar) {
  const std::vector<std::string> words{"bandwidth", "kernel", "half_life"};
  EXPECT_EQ(nearest_word("bandwith", words), "bandwidth");
  EXPECT_EQ(nearest_word("kernal", words), "kernel");
  EXPECT_EQ(nearest_word("population", words), "");
}

}  // namespace
}  // namespace tocsin
