#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>

#include <tocsin/core/progress.hpp>

namespace tocsin::cli {

/// Progress on stderr: on a terminal one line that is rewritten, with counts and the time left; elsewhere one line a
/// stage. Ctrl-C (SIGINT, SIGTERM) makes cancelled() true while one of these lives.
class ConsoleProgress final : public Progress {
 public:
  explicit ConsoleProgress(bool quiet);
  ~ConsoleProgress() override;
  void stage(std::string_view name, std::int64_t total) override;
  void advance(std::int64_t steps) override;
  [[nodiscard]] bool cancelled() const override;

 private:
  void draw(bool always);
  void end_line();

  using Clock = std::chrono::steady_clock;
  bool quiet_, terminal_;
  std::mutex mutex_;
  std::string name_;
  std::int64_t total_ = 0, done_ = 0;
  Clock::time_point started_, drawn_;
  bool line_open_ = false;
};

}  // namespace tocsin::cli
