#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <tocsin/vector/geometry.hpp>

typedef struct _cairo cairo_t;
typedef struct _cairo_surface cairo_surface_t;

namespace tocsin::data {

struct Colour {
  double red = 0, green = 0, blue = 0, alpha = 1;
};

/// A rectangle on the page, pixels from its upper left corner.
struct PageBox {
  double x = 0, y = 0, width = 0, height = 0;
  [[nodiscard]] double right() const { return x + width; }
  [[nodiscard]] double bottom() const { return y + height; }
  [[nodiscard]] bool overlaps(const PageBox& other) const {
    return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
  }
};

enum class Weight { regular, bold };

struct Font {
  double size = 14;
  Weight weight = Weight::regular;
  Colour colour = {0.13, 0.13, 0.13, 1};
};

/// A page to draw on. The same calls give the same bytes.
class MapCanvas {
 public:
  MapCanvas(int width, int height);

  void fill(const PageBox& box, const Colour& colour);
  void frame(const PageBox& box, const Colour& colour, double line_width);
  /// Diagonal lines, the sign for "not observed".
  void hatch(const PageBox& box);
  void line(double x1, double y1, double x2, double y2, const Colour& colour, double line_width);
  void triangle(double x1, double y1, double x2, double y2, double x3, double y3, const Colour& colour);
  /// The polygons of an area; page = origin + scale * (x, -y).
  void outline(const MultiPolygon& shape, double origin_x, double origin_y, double scale, const Colour& colour,
               double line_width);
  /// Until unclip(), only what lies in the box and in one of the shapes is drawn; no shapes: in the box.
  void clip(const PageBox& box, std::span<const MultiPolygon> shapes, double origin_x, double origin_y, double scale);
  void unclip();
  /// Pixels, premultiplied 0xAARRGGBB, row-major.
  void image(std::vector<std::uint32_t>& pixels, int width, int height, double x, double y);

  [[nodiscard]] double text_width(const std::string& text, const Font& font) const;
  /// x is the left end; y the base line.
  void text(const std::string& text, double x, double y, const Font& font);
  /// Centred at x, with a light halo that sets it off from what lies below.
  void halo_text(const std::string& text, double x, double y, const Font& font);
  /// The text in lines no wider than that; a word that is too long is cut with "...".
  [[nodiscard]] std::vector<std::string> wrapped(const std::string& text, const Font& font, double width) const;

  /// The page as a PNG file's bytes.
  /// @throws Error internal, with what Cairo says
  [[nodiscard]] std::string png() const;

 private:
  struct Deleter {
    void operator()(cairo_t* cairo) const;
    void operator()(cairo_surface_t* surface) const;
  };
  void use(const Font& font) const;
  void trace(const MultiPolygon& shape, double origin_x, double origin_y, double scale);

  std::unique_ptr<cairo_surface_t, Deleter> surface_;
  std::unique_ptr<cairo_t, Deleter> cairo_;
};

}  // namespace tocsin::data
