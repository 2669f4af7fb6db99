#include "compare_words.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tocsin::cli {
namespace {

namespace chrono = std::chrono;

/// At most so many movers and shares are read out; the table has all.
constexpr std::size_t most_read_out = 5;

struct Speaker {
  Language language;

  [[nodiscard]] bool french() const { return language == Language::french; }
  /// The English text, or the French one.
  [[nodiscard]] const char* operator()(const char* english, const char* in_french) const {
    return french() ? in_french : english;
  }
  template <typename... Arguments>
  [[nodiscard]] std::string format(const char* english, const char* in_french, const Arguments&... arguments) const {
    return fmt::format(fmt::runtime((*this)(english, in_french)), arguments...);
  }
  [[nodiscard]] std::string decimal(std::string number) const {
    if (french()) std::replace(number.begin(), number.end(), '.', ',');
    return number;
  }
  /// "+28 %", "-3 %"; a change by tenfold is no percentage to read out.
  [[nodiscard]] std::string percent(double change) const {
    if (is_manifold(change)) return times(change) + (*this)(" times", " fois");
    const double rounded = std::round(change * 100);
    return fmt::format("{}{:.0f} %", rounded < 0 ? "-" : "+", std::abs(rounded));
  }
  static bool is_manifold(double change) { return change + 1 >= 10; }
  /// What a change multiplies by, to two or three digits: "0.13", "4.3", "290", "1,920".
  [[nodiscard]] std::string times(double change) const {
    const double factor = change + 1;
    if (factor <= 0) return "0";
    if (factor < 0.0095) return decimal("0.01");
    if (factor < 10) return decimal(fmt::format("{:.2g}", factor));
    const double step = std::pow(10.0, std::max(0.0, std::floor(std::log10(factor)) - 2));
    return grouped(std::round(factor / step) * step);
  }
  /// Whole, its thousands apart: "1,920", "1 920" (a narrow space).
  [[nodiscard]] std::string grouped(double value) const {
    std::string digits = fmt::format("{:.0f}", value);
    for (std::size_t at = digits.size(); at > 3;) {
      at -= 3;
      digits.insert(at, french() ? "\u202f" : ",");
    }
    return digits;
  }
  [[nodiscard]] std::string share(double value) const { return fmt::format("{:.0f} %", value * 100); }
  [[nodiscard]] std::string p(double value) const {
    if (value < 0.001) return decimal("p < 0.001");
    return "p = " + decimal(fmt::format("{:.2g}", value));
  }
  /// 32, 12.5
  [[nodiscard]] std::string number(double value) const {
    const double rounded = std::round(value * 10) / 10;
    return decimal(rounded == std::floor(rounded) ? fmt::format("{:.0f}", rounded) : fmt::format("{:.1f}", rounded));
  }
  [[nodiscard]] std::string count(double value, bool persons) const {
    const bool one = value == 1 || (french() && value < 2);
    const char* noun = persons ? (*this)(one ? "person" : "persons", one ? "personne" : "personnes")
                               : (*this)(one ? "incident" : "incidents", one ? "incident" : "incidents");
    if (value == 0)
      return fmt::format("{} {}", french() ? (persons ? "aucune" : "aucun") : "no",
                         persons ? (*this)("persons", "personne") : (*this)("incidents", "incident"));
    return fmt::format("{} {}", number(value), noun);
  }
};

std::string month_name(const chrono::year_month_day& date, const Speaker& say) {
  constexpr std::array english{"January", "February", "March",     "April",   "May",      "June",
                               "July",    "August",   "September", "October", "November", "December"};
  constexpr std::array french{"janvier", "février", "mars",      "avril",   "mai",      "juin",
                              "juillet", "août",    "septembre", "octobre", "novembre", "décembre"};
  const std::size_t month = static_cast<unsigned>(date.month()) - 1;
  return say(english[month], french[month]);
}

std::string day_name(Day day, const Speaker& say) {
  const chrono::year_month_day date{day};
  return fmt::format("{} {} {}", static_cast<unsigned>(date.day()), month_name(date, say),
                     static_cast<int>(date.year()));
}

/// "in the third quarter of 2021", "au troisième trimestre 2021"
std::string time_phrase(const Period& period, const Speaker& say) {
  const chrono::year_month_day date{period.first}, last{period.last};
  const int year = static_cast<int>(date.year());
  const auto is = [&](Every every) { return period_of(period.first, every) == period; };
  if (is(Every::year)) return fmt::format("{} {}", say("in", "en"), year);
  if (is(Every::quarter)) {
    constexpr std::array english{"first", "second", "third", "fourth"};
    constexpr std::array french{"premier", "deuxième", "troisième", "quatrième"};
    const std::size_t quarter = (static_cast<unsigned>(date.month()) - 1) / 3;
    return say.french() ? fmt::format("au {} trimestre {}", french[quarter], year)
                        : fmt::format("in the {} quarter of {}", english[quarter], year);
  }
  if (is(Every::month)) return fmt::format("{} {} {}", say("in", "en"), month_name(date, say), year);
  if (is(Every::week))
    return say.french() ? fmt::format("la semaine {} de {}", period.label.substr(6), period.label.substr(0, 4))
                        : fmt::format("in week {} of {}", period.label.substr(6), period.label.substr(0, 4));
  const bool months = period_of(period.first, Every::month).first == period.first &&
                      period_of(period.last, Every::month).last == period.last;
  const std::string from = months ? fmt::format("{} {}", month_name(date, say), year) : day_name(period.first, say);
  const std::string to =
      months ? fmt::format("{} {}", month_name(last, say), static_cast<int>(last.year())) : day_name(period.last, say);
  if (!say.french()) return fmt::format("from {} to {}", from, to);
  if (!months) return fmt::format("du {} au {}", from, to);
  const bool vowel = from.starts_with("avril") || from.starts_with("août") || from.starts_with("octobre");
  return fmt::format("{}{} à {}", vowel ? "d'" : "de ", from, to);
}

std::string range_of(const Comparison& comparison, const Speaker& say) {
  const Interval& interval = comparison.interval;
  if (std::isinf(interval.upper))
    return fmt::format("{} {}", say("the true change is at least", "l'évolution réelle est d'au moins"),
                       say.percent(interval.lower));
  const char* between = say("the true change lies between", "l'évolution réelle se situe entre");
  if (Speaker::is_manifold(interval.upper))
    return fmt::format("{} {} {} {} {}", between, say.times(interval.lower), say("and", "et"),
                       say.times(interval.upper), say("times", "fois"));
  return fmt::format("{} {} {} {}", between, say.percent(interval.lower), say("and", "et"),
                     say.percent(interval.upper));
}

std::string judgement_of(const CompareFinding& finding, const Speaker& say) {
  std::string among;
  if (finding.looked_at > 1) among = say.format(", {} looked at", ", {} examinés", finding.looked_at);
  const std::string p = say.p(finding.q);
  switch (finding.change()) {
    case Change::unknown:
      return {};
    case Change::chance:
      return fmt::format("{} ({}{}){} {}.",
                         say("This is consistent with chance: no more than chance would give",
                             "C'est compatible avec le hasard : pas plus que ce que le hasard donnerait"),
                         p, among, say(";", " ;"), range_of(finding.comparison, say));
    case Change::clear_fall:
    case Change::clear_rise:
    case Change::likely_fall:
    case Change::likely_rise:
      break;
  }
  const bool rise = finding.change() == Change::clear_rise || finding.change() == Change::likely_rise;
  const bool clear = finding.change() == Change::clear_rise || finding.change() == Change::clear_fall;
  const char* word =
      clear ? (rise ? say("a clear rise", "une nette hausse") : say("a clear fall", "une nette baisse"))
            : (rise ? say("a likely rise", "une hausse probable") : say("a likely fall", "une baisse probable"));
  return fmt::format("{} {} ({}{}){} {}.", say("This is", "C'est"), word, p, among, say(";", " ;"),
                     range_of(finding.comparison, say));
}

/// "+28 %", and by day where that is another number.
std::string change_of_counts(const Comparison& comparison, const CompareOptions& options, const Speaker& say) {
  if (std::isinf(comparison.count_change)) return say("new", "nouveau");
  const std::string counts = say.percent(comparison.count_change), rates = say.percent(comparison.rate_change);
  if (counts == rates || options.exposure == "equal") return counts;
  return fmt::format("{}{} {} {}", counts, say(";", " ;"), rates, say("by day observed", "par jour observé"));
}

std::string name_of(const CompareFinding& finding, const Speaker& say) {
  if (finding.code.empty()) return say("not given", "non précisé");
  return finding.name.empty() ? finding.code : finding.name;
}

/// What a count of incidents or persons goes on with, where the areas do not have all of them.
std::string placed_in_areas(double count, bool persons, const Speaker& say) {
  const bool one = count < 2;
  const char* french = persons ? (one ? " située dans les zones" : " situées dans les zones")
                               : (one ? " situé dans les zones" : " situés dans les zones");
  return say(" placed in the areas", french);
}

/// What the series are, as a word.
std::string kind_of(const std::vector<CompareFinding>& findings, const Speaker& say) {
  return findings.front().by == "areas" ? say("area", "zone") : findings.front().by;
}

/// "By actor: state forces 34 % (21 % to 50 %), ..."
std::string shares_line(const std::vector<CompareFinding>& findings, const ComparedPeriods& periods,
                        const CompareOptions& options, const Speaker& say) {
  std::vector<const CompareFinding*> largest;
  for (const CompareFinding& finding : findings)
    if (finding.later_share.share > 0) largest.push_back(&finding);
  if (largest.empty()) return {};
  std::stable_sort(largest.begin(), largest.end(), [](const CompareFinding* a, const CompareFinding* b) {
    return a->later_share.share > b->later_share.share;
  });
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(most_read_out, largest.size()); ++i) {
    const Share& share = largest[i]->later_share;
    parts.push_back(fmt::format("{} {} ({} {} {})", name_of(*largest[i], say), say.share(share.share),
                                say.share(share.interval.lower), say("to", "à"), say.share(share.interval.upper)));
  }
  const char* unit = findings.front().persons ? say("persons", "personnes") : say("incidents", "incidents");
  return say.format("Shares of {} by {} {}: {}{}. All intervals hold together ({:.0f} %).",
                    "Parts des {} par {} {} : {}{}. Tous les intervalles valent ensemble ({:.0f} %).", unit,
                    kind_of(findings, say), time_phrase(periods.later, say), fmt::join(parts, ", "),
                    largest.size() > most_read_out
                        ? say.format(", and {} more", ", et {} autres", largest.size() - most_read_out)
                        : std::string(),
                    options.confidence * 100);
}

void add_movers(const std::vector<CompareFinding>& findings, const ComparedPeriods& periods,
                const CompareOptions& options, const Speaker& say, std::vector<std::string>& lines) {
  const std::size_t looked_at = findings.front().looked_at;
  if (looked_at == 0) return;
  std::size_t moved = 0;
  for (const CompareFinding& finding : findings)
    moved += finding.change() != Change::chance && finding.change() != Change::unknown;
  const char* unit = findings.front().persons ? say("persons", "personnes") : say("incidents", "incidents");
  if (moved == 0) {
    lines.push_back(say.format(
        "By {} ({}): none of the {} with events changed by more than chance gives when so many are looked at.",
        "Par {} ({}) : parmi les {} où il y en a eu, aucune évolution ne dépasse ce que le hasard donne quand on en "
        "examine autant.",
        kind_of(findings, say), unit, looked_at));
    return;
  }
  for (std::size_t i = 0; i < std::min(moved, most_read_out); ++i)
    lines.push_back(sentence_of(findings[i], periods, options, say.language));
  if (moved > most_read_out)
    lines.push_back(say.format("{} more by {} changed by more than chance; the table has them.",
                               "{} autres par {} ont changé plus que le hasard ; le tableau les donne.",
                               moved - most_read_out, kind_of(findings, say)));
}

void add_basis(const ComparedCounts& counts, const CompareOptions& options, const Speaker& say,
               std::vector<std::string>& lines) {
  if (counts.maturity) {
    std::string line = say.format("Counted as known {} days after each period's end",
                                  "Compté tel que connu {} jours après la fin de chaque période", *counts.maturity);
    if (counts.late_earlier + counts.late_later > 0)
      line += say.format("; {} of the earlier and {} of the later one became known after that, and are left out",
                         " ; {} de la première et {} de la seconde ont été connus plus tard et sont laissés de côté",
                         say.number(counts.late_earlier), say.number(counts.late_later));
    lines.push_back(line + ".");
  }
  const ComparedUnit& incidents = counts.units.front();
  if (options.dispersion == "history" && incidents.dispersion == 1 && counts.history.degrees_of_freedom < 6)
    lines.push_back(
        say("There is too little history to see whether incidents come in clusters; if they do, changes "
            "are less sure than said.",
            "L'historique est trop court pour voir si les incidents viennent par grappes ; si c'est le cas, "
            "les évolutions sont moins sûres que dit."));
  // 1.0 times as much is none to speak of.
  if (incidents.dispersion >= 1.05)
    lines.push_back(say.format(
        "Incidents come in clusters: their number varies {} times as much as by chance alone, which is allowed for.",
        "Les incidents viennent par grappes : leur nombre varie {} fois ce que donnerait le hasard ; il en est tenu "
        "compte.",
        say.times(incidents.dispersion - 1)));
  if (counts.units.size() > 1 && counts.units.back().dispersion >= 1.05)
    lines.push_back(say.format("Persons harmed together say less than as many apart: {} of them count as one.",
                               "Des personnes touchées ensemble disent moins qu'autant de personnes séparées : {} "
                               "d'entre elles comptent pour une.",
                               say.times(counts.units.back().dispersion - 1)));
  if (!counts.unobserved.empty()) {
    std::vector<std::string> names;
    for (const std::size_t area : counts.unobserved) names.push_back(counts.areas.names[area]);
    lines.push_back(say.format("Not observed in one of the periods, and in no sum: {}. Silence there is no calm.",
                               "Non observés dans l'une des périodes, et dans aucune somme : {}. Le silence n'y est "
                               "pas le calme.",
                               fmt::join(names, ", ")));
  }
}

}  // namespace

std::string sentence_of(const CompareFinding& finding, const ComparedPeriods& periods, const CompareOptions& options,
                        Language language) {
  const Speaker say{language};
  const Comparison& comparison = finding.comparison;
  const std::string later = time_phrase(periods.later, say), earlier = time_phrase(periods.earlier, say);
  const std::string who =
      finding.by == "all" ? std::string() : fmt::format("{}{}", name_of(finding, say), say(": ", " : "));
  for (const auto& [count, when] : {std::pair{comparison.later.count, later}, {comparison.earlier.count, earlier}})
    if (std::isnan(count))
      return who + say.format("not observed {}: nothing can be compared.",
                              "non observé {} : rien ne peut être comparé.", when);
  if (comparison.earlier.count == 0 && comparison.later.count == 0)
    return who + say.format("no {} {}, and none {}: nothing can be compared.",
                            "ni {} {}, ni {} : rien ne peut être comparé.",
                            (finding.persons ? say("persons", "personne") : say("incidents", "incident")) +
                                (finding.placed_only ? placed_in_areas(0, finding.persons, say) : std::string()),
                            later, earlier);
  std::string now = say.count(comparison.later.count, finding.persons);
  if (finding.placed_only) now += placed_in_areas(comparison.later.count, finding.persons, say);
  const std::string then = comparison.earlier.count == 0 ? say.french() ? say.count(0, finding.persons) : "none"
                                                         : say.number(comparison.earlier.count);
  return fmt::format("{}{} {}, {} {} {} ({}). {}", who, now, later, say("against", "contre"), then, earlier,
                     change_of_counts(comparison, options, say), judgement_of(finding, say));
}

std::vector<std::string> lines_of(const CompareFindings& findings, const ComparedCounts& counts,
                                  const ComparedPeriods& periods, const CompareOptions& options, Language language) {
  const Speaker say{language};
  std::vector<std::string> lines;
  for (const CompareFinding& finding : findings.all) lines.push_back(sentence_of(finding, periods, options, language));
  for (const auto& split : findings.split) {
    if (split.empty()) continue;
    add_movers(split, periods, options, say, lines);
    if (std::string line = shares_line(split, periods, options, say); !line.empty()) lines.push_back(std::move(line));
  }
  add_basis(counts, options, say, lines);
  for (std::string& line : lines)
    if (!line.empty() && line[0] >= 'a' && line[0] <= 'z') line[0] = static_cast<char>(line[0] - 'a' + 'A');
  return lines;
}

}  // namespace tocsin::cli
