#pragma once

#include <string>
#include <vector>

#include <tocsin/indicators/event_loading.hpp>

namespace tocsin {

/// Looks for records of different sources that tell of one event, enters them in the ledger's report and, where the
/// scenario wants one of each kept, removes the others from their layers; they count as outside for the reason "told by
/// another source". Only records that count are compared (EventUse), so that none goes for the sake of one that was not
/// yet reported, or that lies outside; nor does one that lies in the area for one that only lies near it. Without a
/// section [duplicates] a warning says how many records of two sources look alike, and nothing is removed.
/// @return  the sources that lost events, which must be placed anew
std::vector<std::string> leave_out_duplicates(const EventLoading& loading, MeasureContext& context);

}  // namespace tocsin
