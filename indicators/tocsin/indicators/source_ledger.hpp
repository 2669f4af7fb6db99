#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <tocsin/ports/result_sink.hpp>

namespace tocsin {

/// What became of every record of every source, so that read = used + outside + quarantined.
class SourceLedger {
 public:
  /// Records that the reader itself set aside.
  void open(const std::string& source, std::int64_t rows_read, std::int64_t outside_where, std::int64_t quarantined);
  /// A record that reached the assessment: `reason` is empty when it was used, else why it lies outside.
  void record(const std::string& source, const std::string& reason, std::int64_t rows = 1);
  /// True once any record of the source was entered: a table that several indicators read is entered once.
  [[nodiscard]] bool has_records(const std::string& source) const;
  /// A record that only the assessment found to be unusable.
  void quarantine(QuarantinedRow row);
  void warn(const std::string& warning);
  [[nodiscard]] const AssessmentReport& report() const { return report_; }
  [[nodiscard]] AssessmentReport& report() { return report_; }

 private:
  AssessmentReport report_;
};

}  // namespace tocsin
