#include <fmt/format.h>

#include <tocsin/data/detail/qgis_style.hpp>
#include <tocsin/data/detail/risk_classes.hpp>

namespace tocsin::data {
namespace {

constexpr const char* last_period = "&quot;period&quot; = maximum(&quot;period&quot;)";

std::string rule(std::size_t number, const std::string& condition, const std::string& label) {
  return fmt::format(
      "    <rule key=\"{{00000000-0000-4000-8000-00000000000{0}}}\" symbol=\"{0}\" filter=\"{1} AND {2}\" "
      "label=\"{3}\"/>\n",
      number, last_period, condition, label);
}

std::string symbol(std::size_t number, const std::string& layer) {
  return fmt::format(
      "   <symbol type=\"fill\" name=\"{}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\n{}   </symbol>\n",
      number, layer);
}

struct Rgb {
  int red = 0, green = 0, blue = 0;
};

std::string simple_fill(Rgb fill, const char* style, Rgb outline, double outline_mm) {
  return fmt::format(
      "    <layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\">\n"
      "     <prop k=\"color\" v=\"{},{},{},255\"/>\n"
      "     <prop k=\"style\" v=\"{}\"/>\n"
      "     <prop k=\"outline_color\" v=\"{},{},{},255\"/>\n"
      "     <prop k=\"outline_style\" v=\"solid\"/>\n"
      "     <prop k=\"outline_width\" v=\"{}\"/>\n"
      "     <prop k=\"outline_width_unit\" v=\"MM\"/>\n"
      "    </layer>\n",
      fill.red, fill.green, fill.blue, style, outline.red, outline.green, outline.blue, outline_mm);
}

std::string document(const std::string& rules, const std::string& symbols, const std::string& labels) {
  return fmt::format(
      "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
      "<qgis version=\"3.22.0\" styleCategories=\"Symbology{}\">\n"
      " <renderer-v2 type=\"RuleRenderer\" symbollevels=\"0\" forceraster=\"0\" enableorderby=\"0\">\n"
      "  <rules key=\"{{00000000-0000-4000-8000-000000000010}}\">\n{}  </rules>\n"
      "  <symbols>\n{}  </symbols>\n"
      " </renderer-v2>\n{}"
      "</qgis>\n",
      labels.empty() ? "" : "|Labeling", rules, symbols, labels);
}

}  // namespace

std::string qgis_area_style() {
  constexpr Rgb border{70, 70, 70};
  std::string rules, symbols;
  std::size_t number = 0;
  for (const RiskClass& risk : risk_classes) {
    const bool last = &risk == &risk_classes.back();
    const std::string condition = fmt::format("&quot;score&quot; >= {} AND &quot;score&quot; {} {}", risk.lower,
                                              last ? "&lt;=" : "&lt;", risk.upper);
    rules += rule(number, condition, fmt::format("{} - {}", risk.lower, risk.upper));
    symbols += symbol(number, simple_fill({risk.red, risk.green, risk.blue}, "solid", border, 0.26));
    ++number;
  }
  rules += rule(number, "&quot;score&quot; IS NULL", "not observed");
  symbols += symbol(number, simple_fill({130, 130, 130}, "b_diagonal", border, 0.26));
  return document(rules, symbols, {});
}

std::string qgis_hotspot_style() {
  constexpr Rgb hot{103, 0, 13}, cold{8, 48, 107};
  constexpr double outline_mm = 0.8;
  const std::string rules =
      rule(0, "&quot;kind&quot; = 'hot'", "hotspot") + rule(1, "&quot;kind&quot; = 'cold'", "fewer than chance");
  const std::string symbols =
      symbol(0, simple_fill(hot, "no", hot, outline_mm)) + symbol(1, simple_fill(cold, "no", cold, outline_mm));
  const std::string labels = fmt::format(
      " <labeling type=\"rule-based\">\n"
      "  <rules key=\"{{00000000-0000-4000-8000-000000000020}}\">\n"
      "   <rule key=\"{{00000000-0000-4000-8000-000000000021}}\" filter=\"{}\">\n"
      "    <settings>\n"
      "     <text-style fieldName=\"&quot;name&quot; || '\\nsince ' || &quot;since&quot;\" isExpression=\"1\" "
      "fontSize=\"9\" fontSizeUnit=\"Point\" textColor=\"30,30,30,255\">\n"
      "      <text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" bufferSizeUnits=\"MM\" "
      "bufferColor=\"255,255,255,255\"/>\n"
      "     </text-style>\n"
      "    </settings>\n"
      "   </rule>\n"
      "  </rules>\n"
      " </labeling>\n",
      last_period);
  return document(rules, symbols, labels);
}

}  // namespace tocsin::data
