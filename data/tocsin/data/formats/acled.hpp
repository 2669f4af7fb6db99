#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/data/formats/event_format.hpp>

namespace tocsin::data {

/// How a code of ACLED's `geo_precision` is placed.
struct AcledPlacePrecision {
  int code;
  PlacePrecision place;
  const char* meaning;  ///< as the codebook has it
};

/// Source  ACLED codebook, spatial and temporal precision codes. A point of code 2 or 3 is a town that stands for the
/// area.
inline constexpr std::array acled_geo_precision{
    AcledPlacePrecision{1, {PlaceKind::point, 0, 0}, "a town, or a place in it"},
    AcledPlacePrecision{2, {PlaceKind::admin, 2, 0}, "part of a region, a town stands for it"},
    AcledPlacePrecision{3, {PlaceKind::admin, 1, 0}, "a larger region, a town or its capital stands for it"},
};

/// Files without geo_precision do not say which of their places are exact, so none is taken for it.
inline constexpr PlacePrecision acled_unknown_precision{PlaceKind::disc, 0, 25000};

/// The kind of actor that a code of `inter1` or `inter2` means, as newer exports write it; words are returned as they
/// are.
std::string_view acled_actor_kind(std::string_view code);

/// True when the columns are those of an ACLED export, older (to 2022) or newer.
bool looks_like_acled(const RawTable& table);

/// ACLED exports with any set of columns, dates in any style, interaction codes as numbers or words. Each event has
/// weight 1; the category is the sub-event type, where there is one, else the event type; the actor is actor1;
/// fatalities and all else can be asked for as further fields. An event of time_precision 2 happened within 3 days of
/// its date, one of 3 in the month of its date. Its reported date is not known: `timestamp` is when ACLED last touched
/// the record, and is used only where SourceSpec::columns maps reported to it (or to any column of dates or of Unix
/// times). Appends the columns category, actor, inter1_kind and inter2_kind to the table, unless it has them.
/// @throws Error input: a needed column is missing; scenario: a mapping of anything but reported
std::unique_ptr<EventFormat> make_acled(RawTable& header, const SourceSpec& spec);

}  // namespace tocsin::data
