#pragma once

#include <array>
#include <memory>

#include <tocsin/data/formats/event_format.hpp>

namespace tocsin::data {

/// How a code of `where_prec` is placed.
struct WherePrecision {
  int code;
  PlacePrecision place;
  const char* meaning;  ///< as the codebook defines it
};

/// How a code of `date_prec` reads. `days` is used only where a file has no `date_end`: the longest span that the code
/// stands for.
struct DatePrecision {
  int code;
  int days;
  const char* meaning;
};

/// Source  UCDP Georeferenced Event Dataset codebook, variables where_prec and date_prec.
inline constexpr std::array ged_where_precision{
    WherePrecision{1, {PlaceKind::point, 0, 0}, "exact place"},
    WherePrecision{2, {PlaceKind::disc, 0, 25000}, "within about 25 km of a known point"},
    WherePrecision{3, {PlaceKind::admin, 2, 0}, "second-order division known, the point is a representative one"},
    WherePrecision{4, {PlaceKind::admin, 1, 0}, "first-order division known, the point is a representative one"},
    WherePrecision{5, {PlaceKind::admin, 1, 0}, "linear feature or fuzzy area, the point is estimated"},
    WherePrecision{6, {PlaceKind::unplaced, 0, 0}, "country only"},
    WherePrecision{7, {PlaceKind::unplaced, 0, 0}, "international waters or airspace"},
};

/// Files without where_prec (the reduced ones hold codes 1 and 2 and do not say which) are not taken for exact.
inline constexpr PlacePrecision ged_unknown_precision{PlaceKind::disc, 0, 25000};

inline constexpr std::array ged_date_precision{
    DatePrecision{1, 1, "day known"},
    DatePrecision{2, 6, "range of 2 to 6 days"},
    DatePrecision{3, 7, "week known"},
    DatePrecision{4, 30, "range of 8 to 30 days, or month known"},
    DatePrecision{5, 365, "range longer than a month, up to a year"},
};

/// True when the columns are those of UCDP GED, in full or reduced.
bool looks_like_ucdp_ged(const RawTable& table);

/// UCDP GED, any version since 5.0, in full or reduced to some columns. Each event has weight 1, the category is the
/// type of violence in words, the actor is side_a; deaths (best, high, low) and all else can be asked for as further
/// fields. The columns latitude and longitude are used, never geom_wkt, which is wrong in some records. GED does not
/// say when a record became known. Values of the official files that disagree (best outside low..high) are kept and
/// counted in a warning. Appends the columns `category` and `actor` to the table, unless it has them.
/// @throws Error input when a needed column is missing
std::unique_ptr<EventFormat> make_ucdp_ged(RawTable& table, const SourceSpec& spec);

}  // namespace tocsin::data
