#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/data/detail/map_panel.hpp>
#include <tocsin/data/detail/risk_classes.hpp>

namespace tocsin::data {
namespace {

constexpr Colour ink{0.13, 0.13, 0.13, 1}, soft{0.35, 0.35, 0.35, 1};
constexpr double swatch_width = 44, swatch_height = 28;

double draw_legend(MapCanvas& canvas, double x, double y, std::span<const Hotspot> hotspots) {
  canvas.text("Risk score", x, y + 16, {18, Weight::bold, ink});
  canvas.text("0 to 100, higher = more risk", x, y + 38, {13.5, Weight::regular, soft});
  y += 52;
  for (auto risk = risk_classes.rbegin(); risk != risk_classes.rend(); ++risk, y += swatch_height) {
    const PageBox swatch{x, y, swatch_width, swatch_height};
    canvas.fill(swatch, {risk->red / 255.0, risk->green / 255.0, risk->blue / 255.0, 1});
    canvas.frame(swatch, soft, 1);
    canvas.text(fmt::format("{} \u2013 {}", risk->lower, risk->upper), swatch.right() + 12, y + 19, {14});
  }
  y += 12;
  const PageBox unknown{x, y, swatch_width, swatch_height};
  canvas.hatch(unknown);
  canvas.frame(unknown, soft, 1);
  canvas.text("not observed", unknown.right() + 12, y + 19, {14});
  y += swatch_height + 12;
  canvas.line(x, y + swatch_height / 2, x + swatch_width, y + swatch_height / 2, ink, 1.6);
  canvas.text("area boundary", x + swatch_width + 12, y + 19, {14});
  y += swatch_height;
  if (std::none_of(hotspots.begin(), hotspots.end(),
                   [](const Hotspot& hotspot) { return hotspot.kind == "hot" && hotspot.places > 0; }))
    return y;
  y += 4;
  for (const HotspotLine& line : hotspot_lines)
    canvas.line(x, y + swatch_height / 2, x + swatch_width, y + swatch_height / 2, line.colour, line.width);
  // A statistic that counts no events looked at smooth values: they gather, and chance was not asked.
  const bool counted = std::none_of(hotspots.begin(), hotspots.end(), [](const Hotspot& hotspot) {
    return hotspot.places > 0 && std::isnan(hotspot.events);
  });
  canvas.text(counted ? "hotspot: more than chance" : "hotspot: high values gather", x + swatch_width + 12, y + 19,
              {14});
  return y + swatch_height;
}

std::string shortened(const MapCanvas& canvas, const std::string& name, const Font& font, double width) {
  std::string joined = name;
  std::replace(joined.begin(), joined.end(), ' ', '_');  // one word is cut rather than wrapped
  if (canvas.text_width(name, font) <= width) return name;
  const auto lines = canvas.wrapped(joined, font, width);
  std::string result = lines.empty() ? std::string() : lines.front();
  std::replace(result.begin(), result.end(), '_', ' ');
  return result;
}

double draw_highest(MapCanvas& canvas, double x, double y, double width, const AssessmentHeader& header,
                    std::span<const AreaScore> areas, std::size_t most) {
  std::vector<std::size_t> ranked;
  for (std::size_t i = 0; i < areas.size(); ++i)
    if (areas[i].rank > 0 && areas[i].rank <= static_cast<int>(most) && !std::isnan(areas[i].score))
      ranked.push_back(i);
  if (ranked.empty()) return y;
  std::stable_sort(ranked.begin(), ranked.end(),
                   [&](std::size_t a, std::size_t b) { return areas[a].rank < areas[b].rank; });
  if (ranked.size() > most) ranked.resize(most);  // ties
  canvas.text("Highest scores", x, y + 14, {15, Weight::bold, ink});
  const bool has_change =
      std::any_of(ranked.begin(), ranked.end(), [&](auto i) { return !std::isnan(areas[i].change); });
  if (has_change)
    canvas.text("change", x + width - canvas.text_width("change", {12}), y + 14, {12, Weight::regular, soft});
  y += 24;
  const Font font{13.5};
  for (const std::size_t i : ranked) {
    y += 20;
    canvas.text(shortened(canvas, header.areas.names[i], font, width - 112), x, y, font);
    const std::string score = fmt::format("{:.0f}", areas[i].score);
    canvas.text(score, x + width - 58 - canvas.text_width(score, {13.5, Weight::bold}), y, {13.5, Weight::bold, ink});
    if (std::isnan(areas[i].change)) continue;
    const double whole = std::round(areas[i].change);
    const std::string change = whole == 0 ? std::string("0") : fmt::format("{:+.0f}", whole);
    canvas.text(change, x + width - canvas.text_width(change, font), y, font);
  }
  return y + 10;
}

void draw_alerts(MapCanvas& canvas, const PageBox& panel, double y, const std::vector<MapAlert>& alerts) {
  constexpr double line_height = 20, kept_for_the_scale = 80;
  const Font font{13.5}, level_font{13.5, Weight::bold, ink};
  canvas.text("Alerts that stand", panel.x, y + 14, {15, Weight::bold, ink});
  y += 24;
  if (alerts.empty()) return canvas.text("none", panel.x, y + line_height, font);
  const auto room = static_cast<std::size_t>(std::max(1.0, (panel.bottom() - kept_for_the_scale - y) / line_height));
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    y += line_height;
    if (i + 1 == room && i + 1 < alerts.size())
      return canvas.text(fmt::format("and {} more", alerts.size() - i), panel.x, y, font);
    canvas.text(alerts[i].level, panel.x, y, level_font);
    const std::string since = "since " + alerts[i].since;
    const double wide = canvas.text_width(since, font);
    canvas.text(shortened(canvas, alerts[i].area, font, panel.width - 80 - wide), panel.x + 70, y, font);
    canvas.text(since, panel.right() - wide, y, font);
  }
}

void draw_scale(MapCanvas& canvas, const MapLayout& layout) {
  const PageBox& panel = layout.panel;
  const ScaleBar bar = scale_bar(layout.scale, 175);
  const double y = panel.bottom() - 8, half = bar.pixels / 2;
  canvas.fill({panel.x, y - 8, half, 8}, ink);
  canvas.frame({panel.x, y - 8, bar.pixels, 8}, ink, 1.2);
  canvas.text("0", panel.x - 1, y - 15, {13});
  canvas.text(bar.label, panel.x + bar.pixels - canvas.text_width("0", {13}), y - 15, {13});
  const double x = panel.right() - 28;
  canvas.triangle(x, y - 44, x - 11, y - 8, x, y - 17, ink);
  canvas.triangle(x, y - 44, x + 11, y - 8, x, y - 17, soft);
  canvas.text("N", x - canvas.text_width("N", {16, Weight::bold}) / 2, y - 50, {16, Weight::bold, ink});
}

}  // namespace

void draw_panel(MapCanvas& canvas, const MapLayout& layout, const AssessmentHeader& header,
                std::span<const AreaScore> areas, std::span<const Hotspot> hotspots,
                const std::optional<std::vector<MapAlert>>& alerts) {
  const PageBox& panel = layout.panel;
  double y = draw_legend(canvas, panel.x, panel.y, hotspots);
  y = draw_highest(canvas, panel.x, y + 24, panel.width, header, areas, alerts ? 4 : 5);
  if (alerts) draw_alerts(canvas, panel, y + 18, *alerts);
  draw_scale(canvas, layout);
}

}  // namespace tocsin::data
