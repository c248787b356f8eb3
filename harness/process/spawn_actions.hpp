// What is done in a new process before it becomes another program.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.hpp"

namespace ringside {

/// What posix_spawn(3) does in the new process before it becomes the program.
class SpawnActions {
 public:
  SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  /// /dev/null, or in a sandbox without it an empty file in memory.
  void connect_to_nothing(int fd) {
    if (::access("/dev/null", R_OK | W_OK) == 0) {
      ::posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", O_RDWR, 0);
      return;
    }
    nothing_.reset(::memfd_create("nothing", MFD_CLOEXEC));
    duplicate(nothing_.get(), fd);
  }
  void duplicate(int from, int to) { ::posix_spawn_file_actions_adddup2(&actions_, from, to); }
  const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
  UniqueFd nothing_;
};

/// Makes the new process the first of a process group of its own.
class InOwnGroup {
 public:
  InOwnGroup() {
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
  }
  ~InOwnGroup() { ::posix_spawnattr_destroy(&attributes_); }
  InOwnGroup(const InOwnGroup&) = delete;
  InOwnGroup& operator=(const InOwnGroup&) = delete;

  const posix_spawnattr_t* get() const noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

}  // namespace ringside
