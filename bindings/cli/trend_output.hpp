#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <tocsin/temporal/compare/comparison.hpp>
#include <tocsin/temporal/trend/panel_trend.hpp>

#include "panel_options.hpp"

namespace tocsin::cli {

enum class TrendTest { mann_kendall, seasonal, autocorrelated };

/// Trends of all series, judged.
struct JudgedTrends {
  TrendTest test = TrendTest::mann_kendall;
  std::string unit;                 ///< of slopes: "year", or "period" where the table has no calendar
  std::string period = "period";    ///< of levels and counts: "month", or "period" without a calendar
  std::string counted;              ///< "incidents", "persons"; empty where a table or a weight says only numbers
  std::vector<SeriesTrend> series;  ///< in the order of the panel
  std::vector<double> p;            ///< of the test; NaN = not tested
  std::vector<double> q;            ///< corrected for the number of series
  std::vector<Change> change;       ///< in a word
  double days_a_period = 1;         ///< on average, for levels
};

void write_trends(const std::string& path, const ReadPanel& read, const JudgedTrends& trends);
nlohmann::ordered_json json_of(const ReadPanel& read, const JudgedTrends& trends);

/// One series in a sentence.
std::string trend_sentence(const ReadPanel& read, const JudgedTrends& trends, std::size_t i);

}  // namespace tocsin::cli
