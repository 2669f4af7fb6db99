#include <tocsin/ports/source_spec.hpp>

namespace tocsin {

std::optional<Resample> parse_resample(const std::string& text) {
  if (text == "mean") return Resample::mean;
  if (text == "sum") return Resample::sum;
  if (text == "bilinear") return Resample::bilinear;
  if (text == "nearest") return Resample::nearest;
  if (text == "mode") return Resample::mode;
  return {};
}

}  // namespace tocsin
