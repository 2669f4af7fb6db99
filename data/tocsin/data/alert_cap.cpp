#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/data/alert_cap.hpp>
#include <tocsin/data/crs.hpp>

namespace tocsin::data {
namespace {

/// Text of an XML element; control characters that XML 1.0 does not know are left out.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        if (static_cast<unsigned char>(letter) >= 0x20 || letter == '\n' || letter == '\t') result += letter;
    }
  }
  return result;
}

std::string element(const char* name, const std::string& text, const char* indent) {
  return fmt::format("{}<{}>{}</{}>\n", indent, name, escaped(text), name);
}

/// "lat,lon lat,lon ...": closed, as the areas' own rings are.
std::string polygon(const Polygon& shape, const Transformer& to_wgs84) {
  std::vector<double> x, y;
  for (const Point& point : shape.outer()) {
    x.push_back(point.x());
    y.push_back(point.y());
  }
  to_wgs84.transform(x, y);
  std::string text;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (std::isfinite(x[i]) && std::isfinite(y[i]))
      text += fmt::format("{}{:.5f},{:.5f}", text.empty() ? "" : " ", y[i], x[i]);
  return text;
}

std::string info(const AssessmentHeader& header, const Alert& alert, const Transformer& to_wgs84) {
  const Period& period = header.periods[alert.period];
  constexpr const char* in = "    ";
  std::string text = "  <info>\n";
  text += element("language", "en", in);
  text += element("category", "Security", in);
  text += element("event", "Risk of conflict-related sexual violence", in);
  text += element("responseType", alert.level == "watch" ? "Monitor" : "Prepare", in);
  text += element("urgency", alert.level == "alert" ? "Expected" : "Future", in);
  text += element("severity", alert.level == "alert" ? "Severe" : alert.level == "warning" ? "Moderate" : "Minor", in);
  text += element("certainty", alert.state == "blind" ? "Unknown" : "Possible", in);
  text += element("onset", to_string(period.first) + "T00:00:00-00:00", in);
  text += element("senderName", header.scenario, in);
  text += element(
      "headline",
      fmt::format("{}: {} since {} ({})", header.areas.names[alert.area], alert.level, alert.since, alert.rule), in);
  text += element(
      "description",
      fmt::format("{}. {}. {}{}", alert.why, alert.sure, alert.changed.empty() ? "" : "Moved: " + alert.changed + ". ",
                  "It clears " + alert.clears + "."),
      in);
  if (!alert.action.empty()) text += element("instruction", alert.action, in);
  text += "    <parameter>\n" + element("valueName", "tocsin:id", "      ") + element("value", alert.id, "      ") +
          "    </parameter>\n";
  text += "    <area>\n" + element("areaDesc", header.areas.names[alert.area], "      ");
  for (const Polygon& shape : header.areas.shapes[alert.area])
    if (const std::string ring = polygon(shape, to_wgs84); !ring.empty()) text += element("polygon", ring, "      ");
  text += "      <geocode>\n" + element("valueName", "p-code", "        ") +
          element("value", header.areas.codes[alert.area], "        ") + "      </geocode>\n    </area>\n  </info>\n";
  return text;
}

}  // namespace

std::string alerts_cap(const AssessmentHeader& header, std::span<const Alert> alerts, const CapOptions& options) {
  const Transformer to_wgs84(header.grid.crs_wkt, "EPSG:4326");
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n";
  // CAP asks for no spaces, commas or markup in it.
  std::string identifier = fmt::format("tocsin-{}-{}", to_string(header.as_of), header.scenario);
  std::replace_if(
      identifier.begin(), identifier.end(), [](char c) { return c == ' ' || c == ',' || c == '<' || c == '&'; }, '-');
  std::string sender = options.sender;
  std::replace(sender.begin(), sender.end(), ' ', '-');
  constexpr const char* in = "  ";
  text += element("identifier", identifier, in) + element("sender", sender, in) +
          element("sent", to_string(header.as_of) + "T00:00:00-00:00", in) + element("status", options.status, in) +
          element("msgType", "Alert", in) + element("scope", "Restricted", in) +
          element("restriction", options.restriction, in);
  for (const Alert& alert : alerts)
    if (alert.period + 1 == header.periods.size() && alert.stands()) text += info(header, alert, to_wgs84);
  return text + "</alert>\n";
}

}  // namespace tocsin::data
