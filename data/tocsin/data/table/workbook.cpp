#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/data/network.hpp>
#include <tocsin/data/table/workbook.hpp>
#include <tocsin/data/table/workbook_parts.hpp>

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

/// Hands over a part in pieces, as there may be much of it, until `visit` returns false.
template <typename Visit>
void each_piece(const SourceSpec& spec, const std::string& name, const Visit& visit) {
  const ErrorTrap trap;
  const std::unique_ptr<VSILFILE, Closer> file(VSIFOpenL(inside(spec, name).c_str(), "rb"));
  constexpr std::size_t piece = std::size_t{1} << 20;
  std::string text(piece, '\0');
  for (std::size_t got = piece; file && got == piece;) {
    got = VSIFReadL(text.data(), 1, piece, file.get());
    if (!visit(std::string_view(text).substr(0, got))) return;
  }
}

bool is_blank(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

/// True where the text begins as "2021/08/02 " does.
bool begins_with_gdal_date(std::string_view text) {
  constexpr std::string_view shape = "dddd/dd/dd";
  if (text.size() <= shape.size() || (text[shape.size()] != ' ' && text[shape.size()] != '<')) return false;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i]) return false;
  return true;
}

/// True when some text of the part begins with a date as GDAL writes it.
bool holds_gdal_date(const SourceSpec& spec, const std::string& name) {
  constexpr std::size_t overlap = 64;
  std::string text;
  bool found = false;
  each_piece(spec, name, [&](std::string_view piece) {
    text.erase(0, text.size() - std::min(text.size(), overlap));
    text += piece;
    for (auto at = text.find('>'); at != std::string::npos && !found; at = text.find('>', at + 1))
      found = begins_with_gdal_date(without_blanks(std::string_view(text).substr(at + 1)));
    return !found;
  });
  return found;
}

/// True for date1904="1", "true" or "on".
bool says_1904(std::string_view workbook) {
  constexpr std::string_view name = "date1904";
  for (auto at = workbook.find(name); at != std::string_view::npos; at = workbook.find(name, at + 1)) {
    if (at == 0 || !is_blank(workbook[at - 1])) continue;
    std::string_view rest = without_blanks(workbook.substr(at + name.size()));
    if (!rest.starts_with('=')) continue;
    rest = without_blanks(rest.substr(1));
    for (const std::string_view value : {"1", "true", "on"})
      for (const char quote : {'"', '\''})
        if (rest.starts_with(quote) && rest.substr(1).starts_with(value) &&
            rest.substr(1 + value.size(), 1) == std::string_view(&quote, 1))
          return true;
  }
  return false;
}

/// See WorkbookParts. Those of the shared texts come first.
void check_parts(const SourceSpec& spec, const CPLStringList& parts) {
  WorkbookParts scan(spec.limits, fmt::format("source '{}': '{}'", spec.name, spec.path));
  std::vector<std::string> shared, others;
  for (int i = 0; i < parts.size(); ++i) {
    const std::string name = lower(parts[i]);
    if (name.ends_with("/")) continue;
    (name.ends_with("xl/sharedstrings.xml") ? shared : others).emplace_back(parts[i]);
  }
  if (shared.size() > 1)
    throw Error(ErrorCode::input,
                fmt::format("source '{}': '{}' holds its shared texts twice; save it again", spec.name, spec.path));
  for (const auto* names : {&shared, &others})
    for (const std::string& name : *names) {
      if (!lower(name).ends_with(".xml")) continue;
      scan.begin_part(names == &shared);
      each_piece(spec, name, [&](std::string_view piece) {
        scan.scan(piece);
        return true;
      });
    }
}

}  // namespace

void check_workbook(const SourceSpec& spec) {
  require_file(spec.name, spec.path);
  const ErrorTrap trap;
  const NetworkScope network(vsi_path(spec.path));
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
  if (extension_of(spec.path) == ".xlsx") check_parts(spec, parts);
}

bool counts_from_1904(const SourceSpec& spec) {
  if (extension_of(spec.path) != ".xlsx") return false;
  const NetworkScope network(vsi_path(spec.path));
  if (!says_1904(part_of(spec, "xl/workbook.xml", std::size_t{1} << 20))) return false;
  if (holds_gdal_date(spec, "xl/sharedStrings.xml"))
    throw Error(ErrorCode::input, fmt::format("source '{}': the dates of '{}' count from 1904, and it holds texts like "
                                              "2021/08/02 beside them, which cannot be told apart; save the sheet as "
                                              "\"CSV UTF-8\"",
                                              spec.name, spec.path));
  return true;
}

}  // namespace tocsin::data
