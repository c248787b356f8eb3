// What a backend is to the harness: a plain value in one table.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ringside {

struct EchoTask;
struct FanOutTask;
struct FileCopyTask;

/// Whether a backend can run on this machine and, if not, why and how to mend it.
struct Availability {
  bool yes = true;
  std::string reason;  ///< one sentence without a full stop; empty when `yes`
  std::string mend;    ///< what the user can do about it; empty when `yes`
};

/// One way of doing I/O. A null cell means that the backend does not offer that scenario.
/// Cells run in a process of their own, are called once, and return when told to stop.
struct Backend {
  std::string_view name;               ///< as on the command line, for example "io_uring"
  std::string_view summary;            ///< one line for `ringside list`
  std::string (*version)() = nullptr;  ///< library and kernel facts that belong in the results
  Availability (*available)() = nullptr;
  void (*echo)(const EchoTask&) = nullptr;
  void (*file_copy)(const FileCopyTask&) = nullptr;
  void (*fan_out)(const FanOutTask&) = nullptr;
  /// As available(), for file_copy alone, where that needs more than the rest; null where it does
  /// not.
  Availability (*file_copy_available)() = nullptr;
};

/// Every backend of this build, in the order of backends/CMakeLists.txt.
std::span<const Backend> backends();

}  // namespace ringside
