#include "console_progress.hpp"

#include <csignal>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace tocsin::cli {
namespace {

volatile std::sig_atomic_t stop_wanted = 0;  // the only thing that a signal handler may touch

extern "C" void ask_to_stop(int) {
  stop_wanted = 1;
}

}  // namespace

ConsoleProgress::ConsoleProgress(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
  // A full disk under a size limit should come back as an error of the write, not kill the program.
  std::signal(SIGXFSZ, SIG_IGN);
}

ConsoleProgress::~ConsoleProgress() {
  end_line();
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool ConsoleProgress::cancelled() const {
  return stop_wanted != 0;
}

void ConsoleProgress::stage(std::string_view name, std::int64_t total) {
  const std::lock_guard lock(mutex_);
  end_line();
  name_ = name;
  total_ = total;
  done_ = 0;
  started_ = Clock::now();
  if (quiet_) return;
  if (terminal_)
    draw(true);
  else
    fmt::print(stderr, "{}\n", total > 0 ? fmt::format("{} ({})", name, total) : name_);
}

void ConsoleProgress::advance(std::int64_t steps) {
  const std::lock_guard lock(mutex_);
  done_ += steps;
  if (!quiet_ && terminal_) draw(done_ == total_);
}

void ConsoleProgress::draw(bool always) {
  const auto now = Clock::now();
  if (!always && now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  std::string text = name_;
  if (total_ > 0) {
    text += fmt::format(" {}/{}", done_, total_);
    const double spent = std::chrono::duration<double>(now - started_).count();
    if (done_ > 0 && done_ < total_ && spent > 1)
      text += fmt::format(", about {:.0f} s left",
                          spent * static_cast<double>(total_ - done_) / static_cast<double>(done_));
  }
  fmt::print(stderr, "\r\033[K{}", text);
  std::fflush(stderr);
  line_open_ = true;
}

void ConsoleProgress::end_line() {
  if (line_open_) fmt::print(stderr, "\n");
  line_open_ = false;
}

}  // namespace tocsin::cli
