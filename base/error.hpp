// The one exception type for failures of the outside world: a refused system call, a bad flag, a
// full disk. Broken promises of our own code are assertions instead, and stay on in release.
#pragma once

#include <cerrno>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ringside {

/// A failure the user can do something about. `what()` says what was wrong and where; `mend()` says
/// what would be right, or is empty when there is nothing to advise.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& what, std::string mend = {})
      : std::runtime_error(what), mend_(std::move(mend)) {}

  const std::string& mend() const noexcept { return mend_; }

 private:
  std::string mend_;
};

/// What was asked for cannot be done on this machine: a reason and a mend, and no failure.
class Unavailable : public Error {
 public:
  using Error::Error;
};

/// "<operation>: <strerror(code)>", thrown as an Error. `code` is a positive errno value. The
/// operation says what was done and what for; without a `mend`, the one for the call as such is
/// given (see remedy.hpp).
[[noreturn]] void throw_errno(std::string_view operation, int code = errno, std::string mend = {});

/// What any exception comes to: an Error as it is; memory that could not be had and failures of the
/// system that the standard library has met with their mend; of another only what it says.
Error explained(const std::exception& failure);

/// Returns `result` when it is not negative; otherwise throws for the current errno. For calls in
/// the manner of POSIX, which return -1 and set errno.
template <typename T>
T check(T result, std::string_view operation) {
  if (result < 0) throw_errno(operation);
  return result;
}

}  // namespace ringside
