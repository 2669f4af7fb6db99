#pragma once

#include <map>
#include <string>

#include <tocsin/indicators/event_layer.hpp>
#include <tocsin/indicators/scenario.hpp>
#include <tocsin/indicators/source_ledger.hpp>

namespace tocsin {

/// Looks for records of different sources that tell of one event, enters them in the ledger's report and, where the
/// scenario wants one of each kept, removes the others from their layers; they count as outside for the reason "told by
/// another source". Without a section [duplicates] a warning says how many records of two sources look alike, and
/// nothing is removed.
void leave_out_duplicates(const Scenario& scenario, std::map<std::string, EventLayer>& layers, SourceLedger& ledger);

}  // namespace tocsin
