#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/indicators/area_join.hpp>
#include <tocsin/indicators/measures/table_rows.hpp>

namespace tocsin {
namespace {

/// Boundaries drawn by different hands never agree wholly: parts of an area that add up to this much are all of it.
constexpr double all_of_it = 0.99;

void sort_keys(SourceJoin& report) {
  std::stable_sort(report.keys.begin(), report.keys.end(), [](const JoinedKey& a, const JoinedKey& b) {
    return std::tie(a.kind, a.key) < std::tie(b.kind, b.key);
  });
}

bool same_ground(std::span<const AreaPart> parts) {
  return parts.size() == 1 && parts.front().of_unit >= all_of_it && parts.front().of_area >= all_of_it;
}

std::string words(DoubledRows rule, const std::string& source) {
  switch (rule) {
    case DoubledRows::mean:
      return "their mean is used";
    case DoubledRows::sum:
      return "their sum is used";
    case DoubledRows::first:
      return "the first is used";
    case DoubledRows::unseen:
      break;
  }
  return fmt::format("not observed on those dates; `doubled` in [sources.{}] says what to do with them", source);
}

}  // namespace

/// What doubling is looked for in: the rows that count, with their dates.
struct TableJoiner::Rows {
  const Table& table;
  const TableJoinRequest& request;
  std::vector<std::optional<Day>> days;  ///< empty: the row does not count

  [[nodiscard]] std::string key(std::size_t row) const { return measures::TableRow(table, row).text(request.key); }
};

std::string TableJoin::outside(std::size_t row) const {
  if (units_[row].unit < 0) return "no such area";
  if (repeats_[row] != Repeat::none) return "doubled";
  return parts_[row].empty() ? "area" : "";
}

TableJoiner::TableJoiner(std::span<const AreaEdition> editions, const UnitAliases& aliases,
                         std::optional<std::size_t> only)
    : editions_(editions), only_(only) {
  for (const AreaEdition& edition : editions) names_.emplace_back(edition.areas, aliases);
}

/// Of an area at hand.
const std::string& TableJoiner::code_of(std::size_t area) const {
  const AreaEdition& reporting = editions_.front();
  const auto unit = std::find_if(reporting.parts.begin(), reporting.parts.end(),
                                 [&](const auto& parts) { return !parts.empty() && parts.front().area == area; });
  return reporting.areas.codes[static_cast<std::size_t>(unit - reporting.parts.begin())];
}

/// By edition.
std::vector<std::int64_t> TableJoiner::units_of(const std::string& written) const {
  std::vector<std::int64_t> units;
  for (const UnitNames& names : names_) {
    units.push_back(names.by_either(written));
    if (units.back() < 0)
      units.back() = names.by_name(written).size() > 1 ? UnitOfEdition::several : UnitOfEdition::none;
  }
  return units;
}

UnitOfEdition TableJoiner::unit_on(std::span<const std::int64_t> units, std::optional<Day> day) const {
  if (only_) return {*only_, units[*only_]};
  if (day)
    for (std::size_t edition = 0; edition < units.size(); ++edition)
      if (units[edition] != UnitOfEdition::none && editions_[edition].valid_on(*day)) return {edition, units[edition]};
  for (std::size_t edition = 0; edition < units.size(); ++edition)
    if (units[edition] != UnitOfEdition::none) return {edition, units[edition]};
  return {};
}

JoinedKey TableJoiner::told(const std::string& written, const UnitOfEdition& unit, std::int64_t rows) const {
  if (unit.unit == UnitOfEdition::several)
    return {written, JoinKind::unmatched, names_[unit.edition].suggestion(written), rows};
  if (unit.unit < 0) {
    for (const UnitNames& names : names_)
      if (names.nearest(written) >= 0) return {written, JoinKind::near, names.suggestion(written), rows};
    return {written, JoinKind::unmatched, names_.front().suggestion(written), rows};
  }
  const AreaEdition& edition = editions_[unit.edition];
  const auto& parts = edition.parts[static_cast<std::size_t>(unit.unit)];
  if (unit.edition == 0 || same_ground(parts)) return {written, JoinKind::matched, {}, rows};
  std::vector<std::string> shares;
  for (const AreaPart& part : parts)
    shares.push_back(fmt::format("{:.1f} % of its {} to {}", part.of_unit * 100, part.by_people ? "people" : "ground",
                                 code_of(part.area)));
  return {written, JoinKind::carried,
          fmt::format("as of edition {}: {}", edition.id,
                      shares.empty() ? "outside" : fmt::format("{}", fmt::join(shares, ", "))),
          rows};
}

TableJoin TableJoiner::join(const Table& table, const TableJoinRequest& request, DoubledRows rule, Day as_of,
                            SourceJoin& report) const {
  const std::size_t size = table.rows.size();
  TableJoin join;
  join.units_.resize(size);
  join.parts_.resize(size);
  join.weights_.assign(size, 1.0);
  join.repeats_.assign(size, TableJoin::Repeat::none);
  Rows rows{table, request, std::vector<std::optional<Day>>(size)};
  std::unordered_map<std::string, std::vector<std::int64_t>> known;
  std::map<std::pair<std::string, UnitOfEdition>, std::int64_t> met;
  for (std::size_t i = 0; i < size; ++i) {
    const measures::TableRow row(table, i);
    const std::string written = row.text(request.key);
    if (written.empty() && request.rows == TableJoinRequest::Rows::list) continue;
    const auto [units, is_new] = known.try_emplace(written);
    if (is_new) units->second = units_of(written);
    const std::optional<Day> day = request.date ? row.day(*request.date) : std::nullopt;
    const UnitOfEdition unit = join.units_[i] = unit_on(units->second, day);
    ++met[{written, unit}];
    if (unit.unit < 0) continue;
    join.parts_[i] = editions_[unit.edition].parts[static_cast<std::size_t>(unit.unit)];
    const auto reported = request.reported ? row.day(*request.reported) : std::nullopt;
    const bool readable = !request.number || row.number(*request.number).has_value();
    if (day && readable && reported.value_or(*day) <= as_of) rows.days[i] = day;
  }
  for (const auto& [key, count] : met) report.keys.push_back(told(key.first, key.second, count));
  if (request.rows != TableJoinRequest::Rows::list) {
    settle_doubled(rows, rule, join, report);
    if (editions_.size() > 1) settle_overlaps(rows, join, report);
    tell_absent(join.units_, report);
  }
  sort_keys(report);
  return join;
}

void TableJoiner::settle_doubled(const Rows& rows, DoubledRows rule, TableJoin& join, SourceJoin& report) const {
  const bool whole_row = rows.request.rows == TableJoinRequest::Rows::movements;
  std::map<std::tuple<UnitOfEdition, Day, std::string>, std::vector<std::size_t>> same;
  for (std::size_t i = 0; i < rows.days.size(); ++i)
    if (rows.days[i])
      same[{join.units_[i], *rows.days[i], whole_row ? measures::TableRow(rows.table, i).record() : std::string()}]
          .push_back(i);
  std::map<std::string, std::int64_t> told;
  for (const auto& [place, group] : same) {
    if (group.size() < 2) continue;
    for (const std::size_t row : group) {
      ++told[rows.key(row)];
      if (rule == DoubledRows::unseen) join.repeats_[row] = TableJoin::Repeat::lost;
      if (rule == DoubledRows::mean) join.weights_[row] = 1.0 / static_cast<double>(group.size());
      if (rule == DoubledRows::first && row != group.front()) {
        join.repeats_[row] = TableJoin::Repeat::left_out;
        join.parts_[row] = {};
      }
    }
  }
  for (const auto& [key, count] : told)
    report.keys.push_back({key, JoinKind::doubled, words(rule, rows.request.source), count});
}

/// A table may give a county and, under newer boundaries, its halves for the same date: the ground would count twice.
/// Movements too, of which a unit has many rows a date.
void TableJoiner::settle_overlaps(const Rows& rows, TableJoin& join, SourceJoin& report) const {
  std::map<std::pair<std::size_t, Day>, std::map<UnitOfEdition, double>> cover;
  std::map<std::pair<UnitOfEdition, Day>, std::vector<std::size_t>> rows_of;
  for (std::size_t i = 0; i < rows.days.size(); ++i) {
    if (!rows.days[i]) continue;
    rows_of[{join.units_[i], *rows.days[i]}].push_back(i);
    for (const AreaPart& part : join.parts_[i]) cover[{part.area, *rows.days[i]}][join.units_[i]] = part.of_area;
  }
  std::set<std::size_t> twice;
  for (const auto& [place, units] : cover) {
    double covered = 0;
    for (const auto& [unit, share] : units) covered += share;
    if (covered <= 2 - all_of_it) continue;
    for (const auto& [unit, share] : units)
      for (const std::size_t row : rows_of[{unit, place.second}]) twice.insert(row);
  }
  std::map<std::string, std::int64_t> told;
  for (const std::size_t row : twice) {
    join.repeats_[row] = TableJoin::Repeat::lost;
    ++told[rows.key(row)];
  }
  for (const auto& [key, count] : told)
    report.keys.push_back({key, JoinKind::doubled,
                           "units of two editions on one date: not observed then; if one edition's codes are used "
                           "throughout, name it in `edition` of the source",
                           count});
}

void TableJoiner::tell_absent(std::span<const UnitOfEdition> units, SourceJoin& report) const {
  const Areas& areas = editions_.front().areas;
  std::vector<bool> seen(areas.size());
  for (const UnitOfEdition& unit : units)
    if (unit.unit >= 0)
      for (const AreaPart& part : editions_[unit.edition].parts[static_cast<std::size_t>(unit.unit)])
        seen[part.area] = true;
  for (std::size_t unit = 0; unit < areas.size(); ++unit)
    for (const AreaPart& part : editions_.front().parts[unit])
      if (!seen[part.area])
        report.keys.push_back(
            {areas.codes[unit], JoinKind::absent, areas.names[unit] == areas.codes[unit] ? "" : areas.names[unit], 0});
}

std::vector<UnitOfEdition> TableJoiner::join(const Areas& layer, SourceJoin& report) const {
  std::vector<UnitOfEdition> joined;
  for (std::size_t i = 0; i < layer.size(); ++i) {
    std::vector<std::int64_t> units;
    for (const UnitNames& names : names_) units.push_back(names.by_code(layer.codes[i]));
    joined.push_back(unit_on(units, std::nullopt));
    JoinedKey key = told(layer.codes[i], joined.back(), 1);
    if (key.kind == JoinKind::unmatched && key.suggestion.empty()) {
      key.suggestion = names_.front().suggestion(layer.names[i]);
      if (const auto same = names_.front().by_name(layer.names[i]); same.size() == 1)
        key = {key.key, JoinKind::near,
               fmt::format("{} ({})", names_.front().name(same.front()), names_.front().code(same.front())), 1};
    }
    report.keys.push_back(std::move(key));
  }
  tell_absent(joined, report);
  sort_keys(report);
  return joined;
}

void CarriedSums::add(std::size_t row, Day day, double number) {
  for (const AreaPart& part : join_.parts(row)) {
    Part& sums = parts_[{part.area, day}];
    sums.lost = sums.lost || join_.doubled(row);
    sums.sum += number * join_.weight(row) * (carry_ == Carry::share ? part.of_unit : part.of_area);
    if (std::find(sums.units.begin(), sums.units.end(), join_.unit(row)) != sums.units.end()) continue;
    sums.units.push_back(join_.unit(row));
    sums.covered += part.of_area;
  }
}

std::vector<double> CarriedSums::sums(std::size_t areas) const {
  constexpr double most_of_it = 0.5;
  std::vector<double> result(areas, not_observed);
  std::vector<bool> lost(areas);
  for (const auto& [place, part] : parts_) {
    const std::size_t area = place.first;
    const double least = carry_ == Carry::share ? all_of_it : most_of_it;
    if (part.lost || part.covered < least) {
      lost[area] = true;
      continue;
    }
    const double value = carry_ == Carry::share || part.covered == 1 ? part.sum : part.sum / part.covered;
    result[area] = std::isnan(result[area]) ? value : result[area] + value;
  }
  for (std::size_t area = 0; area < areas; ++area)
    if (lost[area]) result[area] = not_observed;
  return result;
}

void AreaSpans::add(std::span<const AreaPart> parts, const UnitOfEdition& unit, Day first, Day last) {
  for (const AreaPart& part : parts) spans_.push_back({{part.area, first, last}, unit, part.of_area});
}

std::vector<AreaDays> AreaSpans::most() const {
  constexpr double half = 0.5;
  std::vector<AreaDays> result;
  std::map<std::size_t, std::vector<Span>> in_parts;
  for (const Span& span : spans_) {
    if (span.of_area >= half)
      result.push_back(span.days);
    else
      in_parts[span.days.area].push_back(span);
  }
  constexpr std::chrono::days one{1};
  for (const auto& [area, spans] : in_parts) {
    std::set<Day> starts;  // of stretches in which the same spans hold
    for (const Span& span : spans) {
      starts.insert(span.days.first);
      if (span.days.last < Day::max()) starts.insert(span.days.last + one);
    }
    for (auto start = starts.begin(); start != starts.end(); ++start) {
      std::map<UnitOfEdition, double> closed;
      for (const Span& span : spans)
        if (span.days.first <= *start && *start <= span.days.last) closed[span.unit] = span.of_area;
      double share = 0;
      for (const auto& [unit, of_area] : closed) share += of_area;
      const auto next = std::next(start);
      if (share >= half) result.push_back({area, *start, next == starts.end() ? Day::max() : *next - one});
    }
  }
  return result;
}

}  // namespace tocsin
