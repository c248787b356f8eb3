// The harness's side of one cell process.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/json.hpp"
#include "harness/trial/control.hpp"

namespace ringside {

class CpuSet;

/// The backend says that it cannot run on this machine.
class Unavailable : public Error {
 public:
  using Error::Error;
};

/// What a cell's process says of itself, since it began.
struct Snapshot {
  std::chrono::nanoseconds user{};
  std::chrono::nanoseconds system{};
  std::uint64_t voluntary = 0;    ///< context switches
  std::uint64_t involuntary = 0;  ///< likewise
  std::map<std::string, std::string> effective;
};

/// Why a cell's process ended, and what the user can do about it; either may be empty.
struct Epitaph {
  std::string reason;
  std::string mend;
};

/// A fresh process of this same executable, pinned, with a control channel and listening sockets
/// inherited and nothing else. It ends with this object at the latest, and with the thread that
/// made it. For use by that thread only.
class Child {
 public:
  /// Starts the process and exchanges greetings. Throws Error.
  Child(std::span<const UniqueFd> listeners, const CpuSet& cpus);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const noexcept { return pid_; }

  /// Tells it which cell to run. Returns the backend's version. Throws Unavailable, or Error.
  std::string start(const std::string& scenario, const std::string& backend, const Json& params);

  /// Throws Error.
  Snapshot snapshot() const;

  /// Tells the cell to stop and waits until the process has ended. Throws Error when it does not
  /// within a few seconds, or ends otherwise than by stopping.
  void stop();

  /// How the process ended ("its process was killed by signal 9 (Killed)"), when it has ended or
  /// does so within a moment; empty when it lives. What the cell said for itself comes first.
  Epitaph epitaph();

 private:
  Child(std::pair<UniqueFd, UniqueFd> channel, std::span<const UniqueFd> listeners,
        const CpuSet& cpus);
  Json expect(std::string_view type) const;
  bool wait_for_end(std::chrono::milliseconds limit);
  void kill_and_reap() noexcept;

  ControlChannel channel_;
  pid_t pid_ = -1;
  bool ended_ = false;
  int wait_status_ = 0;
};

}  // namespace ringside
