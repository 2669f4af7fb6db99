#include <algorithm>

#include <tocsin/indicators/source_ledger.hpp>

namespace tocsin {

void SourceLedger::open(const std::string& source, std::int64_t rows_read, std::int64_t outside_where,
                        std::int64_t quarantined) {
  RowAccount& account = report_.rows[source];
  account.read = rows_read;
  account.quarantined = quarantined;
  if (outside_where > 0) account.outside["where"] += outside_where;
}

void SourceLedger::record(const std::string& source, const std::string& reason, std::int64_t rows) {
  RowAccount& account = report_.rows[source];
  if (reason.empty())
    account.used += rows;
  else
    account.outside[reason] += rows;
}

bool SourceLedger::has_records(const std::string& source) const {
  const auto account = report_.rows.find(source);
  return account != report_.rows.end() &&
         (account->second.used > 0 || account->second.quarantined > 0 || !account->second.outside.empty());
}

void SourceLedger::quarantine(QuarantinedRow row) {
  ++report_.rows[row.source].quarantined;
  report_.quarantined.push_back(std::move(row));
}

void SourceLedger::warn(const std::string& warning) {
  auto& warnings = report_.warnings;
  if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(warning);
}

}  // namespace tocsin
