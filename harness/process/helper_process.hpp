// A fresh process that does one thing for the harness: of this same executable, or of another
// build.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.hpp"
#include "base/json.hpp"
#include "harness/process/control.hpp"

namespace ringside {

class CpuSet;

/// Why a helper process ended, and what the user can do about it; either may be empty.
struct Epitaph {
  std::string reason;
  std::string mend;
  bool unavailable = false;  ///< it said that what was asked of it cannot be done on this machine
};

/// The words of a command that runs an executable of ringside, which must become it: `env` does, a
/// shell that waits for it does not. Empty: this same executable.
using ProgramWords = std::vector<std::string>;

/// A process that runs `ringside SUBCOMMAND N`, with a control channel as descriptor
/// 3 and N sockets inherited after it, and nothing else. It ends with this object at
/// the latest, and with the thread that made it, and so does whatever else is in its process group.
/// For use by that thread only.
class HelperProcess {
 public:
  /// Starts the process, pinned to `cpus`, and exchanges greetings. The subcommand and N are added
  /// to the words of `program`, which is looked for in PATH. Throws Error, also when the program
  /// does not greet or has another version of the protocol.
  HelperProcess(const std::string& subcommand, std::span<const UniqueFd> sockets,
                const CpuSet& cpus, const ProgramWords& program = {});
  ~HelperProcess();
  HelperProcess(const HelperProcess&) = delete;
  HelperProcess& operator=(const HelperProcess&) = delete;

  pid_t pid() const noexcept { return pid_; }
  /// The version of ringside that the process said it is.
  const std::string& version() const noexcept { return version_; }
  const ControlChannel& channel() const noexcept { return channel_; }

  /// The next message, which must be of that type. Throws Unavailable or Error when the process
  /// says that it cannot do what it was asked for, and Error when it says something else, or
  /// nothing for ten seconds.
  Json expect(std::string_view type) const;

  /// Tells the process to stop and waits until it has ended. Throws Error when it does not within a
  /// few seconds, or ends otherwise than by stopping.
  void stop();

  /// How the process ended ("its process was killed by signal 9 (Killed)"), when it has ended or
  /// does so within a moment; empty when it lives. What the process said for itself comes first;
  /// empty too where that was thrown already.
  Epitaph epitaph();

 private:
  HelperProcess(std::pair<UniqueFd, UniqueFd> channel, const std::string& subcommand,
                std::span<const UniqueFd> sockets, const CpuSet& cpus, const ProgramWords& program);
  void await_stopped() const;
  [[noreturn]] void throw_unexpected(const Json& message, std::string_view wanted) const;
  bool wait_for_end(std::chrono::milliseconds limit);
  void kill_and_reap() noexcept;

  ControlChannel channel_;
  std::string version_;
  pid_t pid_ = -1;
  mutable bool explained_ = false;  // it has said what went wrong, and that was thrown
  bool ended_ = false;
  int wait_status_ = 0;
};

/// What a helper process was given, as it finds it.
struct Inheritance {
  UniqueFd control;
  std::vector<UniqueFd> sockets;
};

/// Takes over what HelperProcess has passed on, in the new process. Throws Error when the process
/// was started otherwise, naming `subcommand`.
Inheritance take_inheritance(std::string_view subcommand, int sockets);

/// What a helper process does for its whole life, once: ties itself to the harness, so that it
/// never outlives it, greets, and calls `work` with the harness's first word, which is "start".
/// Tells the harness what `work` throws. Returns the exit status: 1 after a failure, else 0.
int run_helper(UniqueFd control,
               const std::function<void(const ControlChannel& channel, const Json& start)>& work);

}  // namespace ringside
