#pragma once

#include <string>
#include <vector>

#include <tocsin/data/gdal.hpp>
#include <tocsin/ports/source_spec.hpp>

class OGRLayer;

namespace tocsin::data {

/// The layer that the spec names, or the first; then a warning says which, when there are others.
/// @throws Error scenario: no such layer (the message names those that exist); input: no layer at all
OGRLayer& pick_layer(GDALDataset& dataset, const SourceSpec& spec, std::vector<std::string>& warnings);

/// A field as text: dates in ISO form, reals with all their digits, empty when not given.
std::string field_text(const OGRFeature& feature, int field);

/// The names of the fields.
std::vector<std::string> field_names(const OGRFeatureDefn& definition);

}  // namespace tocsin::data
