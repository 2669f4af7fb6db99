#include <array>
#include <map>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/table/dialect.hpp>
#include <tocsin/data/table/record_scanner.hpp>

namespace tocsin::data {
namespace {

struct Candidate {
  char separator;
  const char* name;
};
constexpr std::array candidates{Candidate{',', "comma"}, Candidate{';', "semicolon"}, Candidate{'\t', "tab"},
                                Candidate{'|', "bar"}};

/// How well a separator fits: the number of records that it cuts into the most usual number of cells.
struct Fit {
  std::size_t records = 0, cells = 0;
};

Fit fit_of(char separator, std::string sample) {
  constexpr std::size_t enough = 200;
  TableLimits lenient;
  lenient.columns = lenient.field_bytes = static_cast<std::int64_t>(sample.size()) + 1;
  RecordScanner scanner(separator, lenient, {});
  std::vector<RawTable::Span> cells;
  std::map<std::size_t, std::size_t> records_of;
  std::size_t at = 0;
  for (std::size_t i = 0; i < enough && at < sample.size() && scanner.scan(sample, at, false, cells); ++i)
    ++records_of[cells.size()];
  Fit best;
  for (const auto& [count, records] : records_of)
    if (count > 1 && records >= best.records) best = {records, count};
  return best;
}

/// The line "sep=;", with or without quotes around it.
bool is_declaration(std::string_view sample, Dialect& dialect) {
  std::size_t at = sample.starts_with('"') ? 1 : 0;
  const bool quoted = at == 1;
  if (lower(sample.substr(at, 4)) != "sep=") return false;
  at += 4;
  if (at >= sample.size() || sample[at] == '\n' || sample[at] == '\r' || sample[at] == '"') return false;
  const char separator = sample[at++];
  if (quoted && (at >= sample.size() || sample[at++] != '"')) return false;
  const std::string_view rest = sample.substr(at);
  if (rest.starts_with("\r\n"))
    at += 2;
  else if (rest.starts_with('\n') || rest.starts_with('\r'))
    at += 1;
  else if (!rest.empty())
    return false;
  dialect = {separator, at};
  return true;
}

}  // namespace

char named_separator(const std::string& name, const std::string& what) {
  for (const Candidate& candidate : candidates)
    if (lower(trim(name)) == candidate.name || name == std::string(1, candidate.separator)) return candidate.separator;
  const bool is_sign = name.size() == 1 && name[0] > ' ' && name[0] < 127 && name[0] != '"' && name[0] != '\'' &&
                       !(name[0] >= '0' && name[0] <= '9') && lower(name) == name &&
                       !(name[0] >= 'a' && name[0] <= 'z');
  if (is_sign || name == " ") return name[0];
  throw Error(ErrorCode::scenario,
              fmt::format("{}: '{}' cannot separate cells; use auto, comma, semicolon, tab, bar or "
                          "another sign such as \"^\"",
                          what, name));
}

Dialect find_dialect(std::string_view sample, bool is_whole, const std::string& declared, const std::string& what,
                     std::vector<std::string>& warnings) {
  Dialect dialect;
  const bool has_line = is_declaration(sample, dialect);
  if (!declared.empty() && lower(trim(declared)) != "auto") {
    dialect.separator = named_separator(declared, what);
    return dialect;
  }
  if (has_line) return dialect;
  std::string text(sample);
  if (is_whole) text += '\n';  // so that the last record ends
  Fit best;
  const Candidate* rival = nullptr;
  for (const Candidate& candidate : candidates) {
    const Fit fit = fit_of(candidate.separator, text);
    if (fit.records == 0 || fit.records < best.records) continue;
    if (fit.records > best.records) rival = nullptr;
    if (fit.records == best.records) {
      // With a header alone there is nothing to tell them apart by but the number of cells.
      const char loser = fit.cells > best.cells ? dialect.separator : candidate.separator;
      for (const Candidate& other : candidates)
        if (other.separator == loser) rival = &other;
      if (fit.cells <= best.cells) continue;
    }
    best = fit;
    dialect.separator = candidate.separator;
  }
  if (rival != nullptr) {
    for (const Candidate& candidate : candidates)
      if (candidate.separator == dialect.separator)
        warnings.push_back(
            fmt::format("{} could be separated by {} as well as by {}; it was read by {}: set the source's "
                        "separator if that is wrong",
                        what, rival->name, candidate.name, candidate.name));
  }
  return dialect;
}

}  // namespace tocsin::data
