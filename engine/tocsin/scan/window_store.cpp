#include <algorithm>

#include <tocsin/core/parallel.hpp>
#include <tocsin/scan/window_store.hpp>

namespace tocsin {
namespace {

constexpr std::size_t sites_a_part = 1'000'000;
constexpr std::size_t tasks_a_part = 64;  // each has a builder with buffers of its own

}  // namespace

WindowStore::WindowStore(const ScanSites& sites, const ScanOptions& options, const std::vector<WindowForm>& forms,
                         const MeasureBins& bins, double memory_bytes)
    : sites_(sites), options_(options), forms_(forms), bins_(bins) {
  const std::size_t n = sites.size();
  centres_a_part_ = std::min(n, std::max<std::size_t>(tasks_a_part, sites_a_part / n));
  parts_a_form_ = (n + centres_a_part_ - 1) / centres_a_part_;
  constexpr double bytes_a_site = 6;  // its number, whether it ends a window, and its part of the runs
  keeps_ = bytes_a_site * static_cast<double>(n) * static_cast<double>(n * forms.size()) <= memory_bytes;
  kept_.resize(keeps_ ? parts() : 1);
}

std::span<const CentreWindows> WindowStore::part(std::size_t i) {
  std::vector<CentreWindows>& part = kept_[keeps_ ? i : 0];
  if (keeps_ && !part.empty()) return part;
  const std::size_t form = i / parts_a_form_, first = i % parts_a_form_ * centres_a_part_;
  part.resize(std::min(centres_a_part_, sites_.size() - first));
  const std::size_t tasks = std::min(tasks_a_part, part.size());
  parallel_for(tasks, [&](std::size_t task) {
    WindowBuilder builder(sites_, options_, bins_);
    for (std::size_t c = part.size() * task / tasks; c < part.size() * (task + 1) / tasks; ++c)
      part[c] = builder.build(forms_[form], static_cast<std::uint32_t>(form), static_cast<std::uint32_t>(first + c));
  });
  return part;
}

}  // namespace tocsin
