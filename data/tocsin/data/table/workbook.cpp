#include <algorithm>
#include <memory>
#include <regex>

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/data/table/workbook.hpp>

namespace tocsin::data {
namespace {

struct Closer {
  void operator()(VSILFILE* file) const { VSIFCloseL(file); }
};

std::string inside(const SourceSpec& spec, const std::string& name) {
  return "/vsizip/{" + vsi_path(spec.path) + "}" + (name.empty() ? "" : "/") + name;
}

/// The part's text, at most so many bytes; empty when there is no such part.
std::string part_of(const SourceSpec& spec, const std::string& name, std::size_t most) {
  const ErrorTrap trap;
  const std::unique_ptr<VSILFILE, Closer> file(VSIFOpenL(inside(spec, name).c_str(), "rb"));
  std::string text(file ? most : 0, '\0');
  if (file) text.resize(VSIFReadL(text.data(), 1, most, file.get()));
  return text;
}

/// Looks through a part in pieces, as there may be much of it.
bool holds(const SourceSpec& spec, const std::string& name, const std::regex& pattern) {
  const ErrorTrap trap;
  const std::unique_ptr<VSILFILE, Closer> file(VSIFOpenL(inside(spec, name).c_str(), "rb"));
  constexpr std::size_t piece = std::size_t{1} << 20, overlap = 64;
  std::string text;
  for (std::size_t got = piece; file && got == piece;) {
    text.erase(0, text.size() - std::min(text.size(), overlap));
    const std::size_t kept = text.size();
    text.resize(kept + piece);
    got = VSIFReadL(text.data() + kept, 1, piece, file.get());
    text.resize(kept + got);
    if (std::regex_search(text, pattern)) return true;
  }
  return false;
}

}  // namespace

void check_workbook_size(const SourceSpec& spec) {
  const ErrorTrap trap;
  const std::string archive = inside(spec, "");
  const CPLStringList parts(VSIReadDirRecursive(archive.c_str()), TRUE);
  double bytes = 0;
  for (int i = 0; i < parts.size(); ++i) {
    VSIStatBufL status;
    if (VSIStatL(inside(spec, parts[i]).c_str(), &status) == 0) bytes += static_cast<double>(status.st_size);
  }
  VSIStatBufL packed;
  const double packed_bytes =
      VSIStatL(vsi_path(spec.path).c_str(), &packed) == 0 ? static_cast<double>(packed.st_size) : 0;
  if (bytes > static_cast<double>(spec.limits.workbook_bytes))
    throw Error(ErrorCode::input,
                fmt::format("source '{}': '{}' unpacks to {:.0f} MB, more than {:g} MB; save the sheet as "
                            "\"CSV UTF-8\", or raise `workbook_mb` of the source's limits",
                            spec.name, spec.path, bytes / 1e6, static_cast<double>(spec.limits.workbook_bytes) / 1e6));
  if (packed_bytes > 0 && bytes > static_cast<double>(spec.limits.ratio_from_bytes) &&
      bytes > packed_bytes * spec.limits.archive_ratio)
    throw Error(ErrorCode::input,
                fmt::format("source '{}': '{}' unpacks to {:.0f} times its size, as archives made to "
                            "fill memory do; if it is sound, raise `archive_ratio` of the source's limits",
                            spec.name, spec.path, bytes / packed_bytes));
}

bool counts_from_1904(const SourceSpec& spec) {
  if (extension_of(spec.path) != ".xlsx") return false;
  const std::string workbook = part_of(spec, "xl/workbook.xml", std::size_t{1} << 20);
  static const std::regex flag(R"(\bdate1904\s*=\s*["'](1|true|on)["'])");
  if (!std::regex_search(workbook, flag)) return false;
  static const std::regex date_as_text(R"(>\s*\d{4}/\d{2}/\d{2}[ <])");
  if (holds(spec, "xl/sharedStrings.xml", date_as_text))
    throw Error(ErrorCode::input, fmt::format("source '{}': the dates of '{}' count from 1904, and it holds texts like "
                                              "2021/08/02 beside them, which cannot be told apart; save the sheet as "
                                              "\"CSV UTF-8\"",
                                              spec.name, spec.path));
  return true;
}

}  // namespace tocsin::data
