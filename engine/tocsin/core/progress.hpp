#pragma once

#include <cstdint>
#include <string_view>

namespace tocsin {

/// Where long work reports to, and from where it is stopped. Methods may be called from any thread.
/// The default implementation says nothing and never stops.
class Progress {
 public:
  virtual ~Progress() = default;
  /// A stage begins; `total` steps will be advanced (0: unknown).
  virtual void stage(std::string_view /*name*/, std::int64_t /*total*/) {}
  virtual void advance(std::int64_t /*steps*/ = 1) {}
  /// True once the user asked to stop; polled at least several times a second by everything that takes long.
  [[nodiscard]] virtual bool cancelled() const { return false; }
};

/// @throws Error cancelled when the user asked to stop.
void throw_if_cancelled(const Progress& progress);

}  // namespace tocsin
