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

std::string simple_fill(int red, int green, int blue, const char* style) {
  return fmt::format(
      "    <layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\">\n"
      "     <prop k=\"color\" v=\"{},{},{},255\"/>\n"
      "     <prop k=\"style\" v=\"{}\"/>\n"
      "     <prop k=\"outline_color\" v=\"70,70,70,255\"/>\n"
      "     <prop k=\"outline_style\" v=\"solid\"/>\n"
      "     <prop k=\"outline_width\" v=\"0.26\"/>\n"
      "     <prop k=\"outline_width_unit\" v=\"MM\"/>\n"
      "    </layer>\n",
      red, green, blue, style);
}

}  // namespace

std::string qgis_area_style() {
  std::string rules, symbols;
  std::size_t number = 0;
  for (const RiskClass& risk : risk_classes) {
    const bool last = &risk == &risk_classes.back();
    const std::string condition = fmt::format("&quot;score&quot; >= {} AND &quot;score&quot; {} {}", risk.lower,
                                              last ? "&lt;=" : "&lt;", risk.upper);
    rules += rule(number, condition, fmt::format("{} - {}", risk.lower, risk.upper));
    symbols += symbol(number, simple_fill(risk.red, risk.green, risk.blue, "solid"));
    ++number;
  }
  rules += rule(number, "&quot;score&quot; IS NULL", "not observed");
  symbols += symbol(number, simple_fill(130, 130, 130, "b_diagonal"));
  return fmt::format(
      "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
      "<qgis version=\"3.22.0\" styleCategories=\"Symbology\">\n"
      " <renderer-v2 type=\"RuleRenderer\" symbollevels=\"0\" forceraster=\"0\" enableorderby=\"0\">\n"
      "  <rules key=\"{{00000000-0000-4000-8000-000000000010}}\">\n{}  </rules>\n"
      "  <symbols>\n{}  </symbols>\n"
      " </renderer-v2>\n"
      "</qgis>\n",
      rules, symbols);
}

}  // namespace tocsin::data
