#include <array>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/data/detail/map_labels.hpp>
#include <tocsin/data/detail/map_layout.hpp>
#include <tocsin/data/detail/map_panel.hpp>
#include <tocsin/data/detail/risk_classes.hpp>
#include <tocsin/data/map_png.hpp>

namespace tocsin::data {
namespace {

constexpr Colour ink{0.13, 0.13, 0.13, 1}, soft{0.35, 0.35, 0.35, 1};
constexpr double left = 36, text_width = 1400 - 2 * left;
constexpr Font title_font{28, Weight::bold, ink}, date_font{16, Weight::regular, soft},
    note_font{16, Weight::bold, ink}, small_font{12.5, Weight::regular, soft};

/// "31 August 2021": no reader takes the month for the day.
std::string spoken(Day day) {
  constexpr std::array<const char*, 12> months{"January", "February", "March",     "April",   "May",      "June",
                                               "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::year_month_day date{day};
  return fmt::format("{} {} {}", static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()));
}

std::string plural(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// How much of the map rests on observations.
std::string coverage_line(const AssessmentHeader& header, std::span<const AreaScore> areas) {
  std::string line = fmt::format("Only what was reported by {} counts.", spoken(header.as_of));
  std::size_t unknown = 0, known = 0;
  double sum = 0;
  for (const AreaScore& area : areas) {
    if (std::isnan(area.score)) ++unknown;
    if (std::isnan(area.coverage)) continue;
    sum += area.coverage;
    ++known;
  }
  if (areas.empty()) return line;
  line += fmt::format(" {} of {} not observed.", unknown, plural(areas.size(), "area", "areas"));
  if (known > 0)
    line += fmt::format(" On average {:.0f} % of the index's weight was observed.",
                        std::floor(100 * sum / static_cast<double>(known) + 1e-6));
  return line;
}

/// Everything that is written above and below the map, in lines.
struct PageText {
  std::vector<std::string> title, note, footer;
  std::string date;
  [[nodiscard]] double note_y() const { return 30 + 36 * static_cast<double>(title.size()) + 30; }
  [[nodiscard]] double note_height() const { return note.empty() ? 0 : 22 * static_cast<double>(note.size()) + 14; }
  [[nodiscard]] double header_height() const { return note_y() + note_height() + (note.empty() ? 0 : 14); }
  [[nodiscard]] double footer_height() const { return 22 + 19 * static_cast<double>(footer.size()) + 12; }
};

PageText page_text(const MapCanvas& ruler, const AssessmentHeader& header, const Period& period,
                   std::span<const AreaScore> areas, const MapText& text) {
  PageText page;
  page.title = ruler.wrapped(header.scenario.empty() ? "Risk" : header.scenario, title_font, text_width);
  page.date = fmt::format("Risk of conflict-related sexual violence, {} to {} (period {}), as of {}",
                          spoken(period.first), spoken(period.last), period.label, spoken(header.as_of));
  page.note = ruler.wrapped(text.note, note_font, text_width - 32);
  for (const std::string& paragraph : {coverage_line(header, areas) + (text.finding.empty() ? "" : " " + text.finding),
                                       text.disclaimer, std::string("Made with tocsin " TOCSIN_VERSION ".")})
    for (std::string& line : ruler.wrapped(paragraph, small_font, text_width)) page.footer.push_back(std::move(line));
  return page;
}

void draw_text(MapCanvas& canvas, const PageText& page, const MapLayout& layout) {
  double y = 20;
  for (const std::string& line : page.title) canvas.text(line, left, y += 36, title_font);
  canvas.text(page.date, left, y + 26, date_font);
  if (!page.note.empty()) {
    const PageBox box{left, page.note_y(), text_width, page.note_height()};
    canvas.fill(box, {1, 0.95, 0.75, 1});
    canvas.frame(box, {0.55, 0.4, 0, 1}, 1.5);
    y = box.y + 2;
    for (const std::string& line : page.note) canvas.text(line, left + 16, y += 22, note_font);
  }
  y = layout.footer_y + 10;
  for (const std::string& line : page.footer) canvas.text(line, left, y += 19, small_font);
}

/// The scores as pixels of the page: each takes the cell below its middle, whether cells are larger or smaller.
void draw_scores(MapCanvas& canvas, const MapLayout& layout, const Raster<float>& score) {
  const int width = static_cast<int>(std::ceil(layout.map.width)),
            height = static_cast<int>(std::ceil(layout.map.height));
  std::vector<std::uint32_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0);
  const Grid& grid = score.grid();
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < width; ++column) {
      const double x = grid.origin_x + (column + 0.5) / layout.scale, y = grid.north() - (row + 0.5) / layout.scale;
      const auto cell = grid.cell_of_point(x, y);
      if (!cell || std::isnan(score.at(*cell))) continue;
      const RiskClass& risk = risk_class_of(score.at(*cell));
      pixels[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(column)] =
          0xFF000000U | static_cast<std::uint32_t>(risk.red) << 16U | static_cast<std::uint32_t>(risk.green) << 8U |
          static_cast<std::uint32_t>(risk.blue);
    }
  canvas.image(pixels, width, height, layout.map.x, layout.map.y);
}

void draw_hotspots(MapCanvas& canvas, const MapLayout& layout, std::span<const Hotspot> hotspots) {
  for (const Hotspot& hotspot : hotspots) {
    if (hotspot.kind != "hot") continue;
    for (const HotspotLine& line : hotspot_lines)
      canvas.outline(hotspot.shape, layout.origin_x, layout.origin_y, layout.scale, line.colour, line.width);
  }
}

void draw_map(MapCanvas& canvas, const MapLayout& layout, const Areas& areas, const Raster<float>& score,
              std::span<const Hotspot> hotspots) {
  canvas.fill(layout.frame, {0.93, 0.94, 0.95, 1});
  canvas.clip(layout.frame, areas.shapes, layout.origin_x, layout.origin_y, layout.scale);
  canvas.hatch(areas.shapes.empty() ? layout.map : layout.frame);
  canvas.unclip();
  canvas.clip(layout.frame, {}, 0, 0, 1);
  draw_scores(canvas, layout, score);
  for (const MultiPolygon& shape : areas.shapes)
    canvas.outline(shape, layout.origin_x, layout.origin_y, layout.scale, ink, 1.6);
  draw_hotspots(canvas, layout, hotspots);
  for (const MapLabel& label : place_labels(canvas, layout, areas))
    canvas.halo_text(label.text, label.x, label.y, label.font);
  canvas.unclip();
  canvas.frame(layout.frame, soft, 1.5);
}

}  // namespace

std::string map_png(const AssessmentHeader& header, const Period& period, const Raster<float>& score,
                    std::span<const AreaScore> areas, std::span<const Hotspot> hotspots, const MapText& text) {
  const MapCanvas ruler(1, 1);
  const PageText page = page_text(ruler, header, period, areas, text);
  const MapLayout layout = lay_out(score.grid(), page.header_height(), page.footer_height());
  MapCanvas canvas(layout.width, layout.height);
  draw_text(canvas, page, layout);
  draw_map(canvas, layout, header.areas, score, hotspots);
  draw_panel(canvas, layout, header, areas, hotspots, text.alerts);
  return canvas.png();
}

}  // namespace tocsin::data
