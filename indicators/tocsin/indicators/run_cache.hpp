#pragma once

#include <any>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace tocsin {

/// What measures work out once and use again in other periods, bands of rows and indicators. What is kept never
/// changes, so that it does not matter who asked first. Safe for several threads: one makes, the others wait. (Inside
/// a parallel_for ask only for what is made without another one: a thread that waits there may take up work that asks
/// for the same.)
///
/// A copy begins empty: what was worked out follows from the context that it belongs to.
class RunCache {
 public:
  RunCache() = default;
  RunCache(const RunCache&) noexcept {}
  RunCache& operator=(const RunCache&) {
    forget();
    return *this;
  }
  ~RunCache() = default;

  /// @param key   says all that the value follows from, besides the context
  /// @param make  T made(); called once for each key; what it throws is passed on, and the next one tries again
  /// @return      kept until forget(), and as long as somebody holds it
  template <typename T, typename Make>
  [[nodiscard]] std::shared_ptr<const T> get(const std::string& key, Make&& make) const {
    const std::shared_ptr<Entry> entry = entry_of(key);
    const std::lock_guard lock(entry->mutex);
    if (!entry->value.has_value()) entry->value = std::shared_ptr<const T>(std::make_shared<T>(make()));
    return std::any_cast<const std::shared_ptr<const T>&>(entry->value);
  }

  void forget() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
  }

 private:
  struct Entry {
    std::mutex mutex;  ///< own: who makes one value does not keep others waiting who look for another
    std::any value;
  };
  std::shared_ptr<Entry> entry_of(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Entry>& entry = entries_[key];
    if (!entry) entry = std::make_shared<Entry>();
    return entry;
  }

  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace tocsin
