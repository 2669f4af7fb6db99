#include <algorithm>
#include <cmath>

#include <cairo.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/map_canvas.hpp>

namespace tocsin::data {
namespace {

void set_colour(cairo_t* cairo, const Colour& colour) {
  cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, colour.alpha);
}

cairo_status_t append(void* text, const unsigned char* bytes, unsigned length) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), length);
  return CAIRO_STATUS_SUCCESS;
}

/// Without its last character, which may take several bytes of UTF-8.
void drop_last_letter(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
  if (!text.empty()) text.pop_back();
}

}  // namespace

void MapCanvas::Deleter::operator()(cairo_t* cairo) const {
  cairo_destroy(cairo);
}
void MapCanvas::Deleter::operator()(cairo_surface_t* surface) const {
  cairo_surface_destroy(surface);
}

MapCanvas::MapCanvas(int width, int height)
    : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)), cairo_(cairo_create(surface_.get())) {
  // Set here, so that the desktop's font settings are not in the picture.
  cairo_font_options_t* fonts = cairo_font_options_create();
  cairo_font_options_set_antialias(fonts, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(fonts, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(fonts, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(cairo_.get(), fonts);
  cairo_font_options_destroy(fonts);
  cairo_set_line_join(cairo_.get(), CAIRO_LINE_JOIN_ROUND);
  fill({0, 0, static_cast<double>(width), static_cast<double>(height)}, {1, 1, 1, 1});
}

void MapCanvas::fill(const PageBox& box, const Colour& colour) {
  set_colour(cairo_.get(), colour);
  cairo_rectangle(cairo_.get(), box.x, box.y, box.width, box.height);
  cairo_fill(cairo_.get());
}

void MapCanvas::frame(const PageBox& box, const Colour& colour, double line_width) {
  set_colour(cairo_.get(), colour);
  cairo_set_line_width(cairo_.get(), line_width);
  cairo_rectangle(cairo_.get(), box.x, box.y, box.width, box.height);
  cairo_stroke(cairo_.get());
}

void MapCanvas::hatch(const PageBox& box) {
  cairo_save(cairo_.get());
  cairo_rectangle(cairo_.get(), box.x, box.y, box.width, box.height);
  cairo_clip(cairo_.get());
  fill(box, {0.97, 0.97, 0.97, 1});
  set_colour(cairo_.get(), {0.55, 0.55, 0.55, 1});
  cairo_set_line_width(cairo_.get(), 1.2);
  for (double start = box.x - box.height; start < box.right(); start += 9) {
    cairo_move_to(cairo_.get(), start, box.bottom());
    cairo_line_to(cairo_.get(), start + box.height, box.y);
  }
  cairo_stroke(cairo_.get());
  cairo_restore(cairo_.get());
}

void MapCanvas::line(double x1, double y1, double x2, double y2, const Colour& colour, double line_width) {
  set_colour(cairo_.get(), colour);
  cairo_set_line_width(cairo_.get(), line_width);
  cairo_move_to(cairo_.get(), x1, y1);
  cairo_line_to(cairo_.get(), x2, y2);
  cairo_stroke(cairo_.get());
}

void MapCanvas::triangle(double x1, double y1, double x2, double y2, double x3, double y3, const Colour& colour) {
  set_colour(cairo_.get(), colour);
  cairo_move_to(cairo_.get(), x1, y1);
  cairo_line_to(cairo_.get(), x2, y2);
  cairo_line_to(cairo_.get(), x3, y3);
  cairo_close_path(cairo_.get());
  cairo_fill(cairo_.get());
}

void MapCanvas::trace(const MultiPolygon& shape, double origin_x, double origin_y, double scale) {
  const auto trace_ring = [&](const auto& ring) {
    constexpr double visible = 0.3;  // pixels; detailed outlines have hundreds of vertices in each
    bool first = true;
    double drawn_x = 0, drawn_y = 0;
    for (const Point& point : ring) {
      const double x = origin_x + scale * point.x(), y = origin_y - scale * point.y();
      if (!first && std::abs(x - drawn_x) < visible && std::abs(y - drawn_y) < visible) continue;
      first ? cairo_move_to(cairo_.get(), x, y) : cairo_line_to(cairo_.get(), x, y);
      drawn_x = x;
      drawn_y = y;
      first = false;
    }
    cairo_close_path(cairo_.get());
  };
  for (const Polygon& polygon : shape) {
    if (polygon.outer().empty()) continue;
    trace_ring(polygon.outer());
    for (const auto& hole : polygon.inners()) trace_ring(hole);
  }
}

void MapCanvas::outline(const MultiPolygon& shape, double origin_x, double origin_y, double scale, const Colour& colour,
                        double line_width) {
  set_colour(cairo_.get(), colour);
  cairo_set_line_width(cairo_.get(), line_width);
  trace(shape, origin_x, origin_y, scale);
  cairo_stroke(cairo_.get());
}

void MapCanvas::clip(const PageBox& box, std::span<const MultiPolygon> shapes, double origin_x, double origin_y,
                     double scale) {
  cairo_save(cairo_.get());
  cairo_rectangle(cairo_.get(), box.x, box.y, box.width, box.height);
  cairo_clip(cairo_.get());
  if (shapes.empty()) return;
  for (const MultiPolygon& shape : shapes) trace(shape, origin_x, origin_y, scale);
  cairo_clip(cairo_.get());
}

void MapCanvas::unclip() {
  cairo_restore(cairo_.get());
}

void MapCanvas::image(std::vector<std::uint32_t>& pixels, int width, int height, double x, double y) {
  const std::unique_ptr<cairo_surface_t, Deleter> picture(cairo_image_surface_create_for_data(
      reinterpret_cast<unsigned char*>(pixels.data()), CAIRO_FORMAT_ARGB32, width, height, 4 * width));
  cairo_set_source_surface(cairo_.get(), picture.get(), x, y);
  cairo_paint(cairo_.get());
}

void MapCanvas::use(const Font& font) const {
  cairo_select_font_face(cairo_.get(), "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                         font.weight == Weight::bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(cairo_.get(), font.size);
}

double MapCanvas::text_width(const std::string& text, const Font& font) const {
  use(font);
  cairo_text_extents_t extents;
  cairo_text_extents(cairo_.get(), text.c_str(), &extents);
  return extents.x_advance;
}

void MapCanvas::text(const std::string& text, double x, double y, const Font& font) {
  use(font);
  set_colour(cairo_.get(), font.colour);
  cairo_move_to(cairo_.get(), x, y);
  cairo_show_text(cairo_.get(), text.c_str());
}

void MapCanvas::halo_text(const std::string& text, double x, double y, const Font& font) {
  const double left = x - text_width(text, font) / 2;
  cairo_move_to(cairo_.get(), left, y);
  cairo_text_path(cairo_.get(), text.c_str());
  set_colour(cairo_.get(), {1, 1, 1, 0.9});
  cairo_set_line_width(cairo_.get(), 4);
  cairo_stroke(cairo_.get());
  this->text(text, left, y, font);
}

std::vector<std::string> MapCanvas::wrapped(const std::string& text, const Font& font, double width) const {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    std::string word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (text_width(word, font) > width) {
      while (!word.empty() && text_width(word + "...", font) > width) drop_last_letter(word);
      word += "...";
    }
    const std::string longer = line.empty() ? word : line + " " + word;
    if (!line.empty() && text_width(longer, font) > width) {
      lines.push_back(line);
      line = word;
    } else {
      line = longer;
    }
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

std::string MapCanvas::png() const {
  std::string bytes;
  const cairo_status_t drawn = cairo_status(cairo_.get());
  const cairo_status_t status =
      drawn != CAIRO_STATUS_SUCCESS ? drawn : cairo_surface_write_to_png_stream(surface_.get(), append, &bytes);
  if (status != CAIRO_STATUS_SUCCESS)
    throw Error(ErrorCode::internal,
                std::string("the map cannot be drawn (Cairo: ") + cairo_status_to_string(status) + ")");
  return bytes;
}

}  // namespace tocsin::data
