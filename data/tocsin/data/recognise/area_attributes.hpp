#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::data {

/// One attribute of a polygon layer, as far as it takes to guess what it is for.
struct AttributeLook {
  std::string name;
  bool is_number = false;
  bool is_complete = false;  ///< every area has a value
  bool is_unique = false;    ///< no two areas have the same value
};

/// What the attributes of areas were taken for. Empty where nothing fits.
struct AreaAttributes {
  std::string code;        ///< of complete and unique attributes the likeliest: p-code, code, id, else a name
  std::string name;        ///< a text: "name", "nom", "adm2_en"; the code where there is none
  std::string population;  ///< a number
  int level = -1;          ///< administrative level: of the code ("adm2_pcode"), else of the layer's name; -1: not told
};

/// Case, accents and punctuation do not matter.
/// @param layer_name  of the layer, or of the file where it has no layers: "counties", "adm2"
AreaAttributes recognise_area_attributes(std::span<const AttributeLook> attributes, std::string_view layer_name);

/// The administrative level that a name tells: by a digit ("adm2", "ADMIN1_PCODE") or by what the units are called
/// ("counties", "Provinces"). -1: none.
int admin_level_of(std::string_view name);

}  // namespace tocsin::data
