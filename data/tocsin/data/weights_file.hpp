#pragma once

#include <span>
#include <string>

#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin::data {

// Spatial weights in the two text formats of GeoDa, which spdep, PySAL and others read and write as well.
// GAL: for each place a line "code count" and a line with the codes of its neighbours (empty, or left out, for an
// island); no weights. GWT: a line "from to weight" for each link; a place without lines is an island. Both begin with
// a header: the number of places alone, or "0 places layer field". Codes are words of text, compared letter by letter
// with the areas' codes (007 is not 7); line ends of any kind, blank lines between records and a byte order mark are
// read over. Files are read whole, up to 2 GB; no count that they declare is believed before what it counts was seen.
//
// Reading throws Error input, one line with file and line number and what to do, for: no header; a number of places
// other than that of the codes; a code that no area has; a place that has two records or (GAL) none; a count that is
// not that of the codes on the next line; a neighbour that is named twice; a line with more or fewer words than it
// should have; a weight that is not a finite number >= 0.
// @param codes  of the n places, in their order; each once, else Error invalid_argument

/// @return binary neighbours; a place that names itself is its own neighbour
Neighbours read_gal(const std::string& path, std::span<const std::string> codes);

/// @return weights as they stand in the third column, whatever they mean (GeoDa writes distances, or kernel weights);
///         binary where all are 1. A column of distances is no column of weights: what is far would count most.
Neighbours read_gwt(const std::string& path, std::span<const std::string> codes);

/// What the header says beside the number of places; blanks in it become underscores.
struct WeightsHeader {
  std::string layer = "areas";
  std::string code_field = "code";
};

/// Write what the readers read back as equal neighbours: numbers keep all their digits. The same bytes each time.
/// @throws Error invalid_argument: codes that are empty, hold white space or occur twice (neither format can hold
///         them); weights other than 1 in GAL. shape_mismatch; io
void write_gal(const std::string& path, const Neighbours& neighbours, std::span<const std::string> codes,
               const WeightsHeader& header = {});
void write_gwt(const std::string& path, const Neighbours& neighbours, std::span<const std::string> codes,
               const WeightsHeader& header = {});

}  // namespace tocsin::data
