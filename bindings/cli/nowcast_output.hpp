#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <tocsin/temporal/nowcast_backtest.hpp>

#include "panel_options.hpp"

namespace tocsin::cli {

/// Writes a row for each series and period, by the ending of the path: whole or not at all.
/// @param uncovered  later periods that the source does not cover: their cells are empty
void write_nowcast(const std::string& path, const ReadPanel& read, const Nowcast& nowcast,
                   const std::vector<Period>& uncovered);

/// What a nowcast says, in sentences: how long reports take, which numbers are still to grow, where nobody could look,
/// where reports are missing, and which batches came late. One a line.
/// @param level  of the interval
std::vector<std::string> sentences_of(const ReadPanel& read, const Nowcast& nowcast, double level);
std::vector<std::string> sentences_of(const NowcastBacktest& backtest, double level);

/// The delays and batches, for machines.
nlohmann::ordered_json json_of(const ReadPanel& read, const Nowcast& nowcast);
nlohmann::ordered_json json_of(const NowcastBacktest& backtest);

}  // namespace tocsin::cli
