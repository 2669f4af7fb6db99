#include <tocsin/core/error.hpp>
#include <tocsin/core/progress.hpp>

namespace tocsin {

void throw_if_cancelled(const Progress& progress) {
  if (progress.cancelled()) throw Error(ErrorCode::cancelled, "stopped at your request; nothing was written");
}

}  // namespace tocsin
