#pragma once

#include <stdexcept>
#include <string>

namespace tocsin {

/// What kind of thing went wrong; decides the exit code of the program.
enum class ErrorCode {
  invalid_argument,  ///< an option or value breaks its rule
  shape_mismatch,    ///< two inputs that must align do not
  usage,             ///< the command line cannot be understood
  scenario,          ///< the scenario file is wrong
  input,             ///< input data cannot be used
  io,                ///< reading or writing failed (disk full, permission)
  memory,            ///< the job would need more memory than it may use
  cancelled,         ///< the user stopped the run
  internal           ///< a fault of this library
};

/// The one exception that leaves the library. The message is one line: what, where, what to do.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace tocsin
