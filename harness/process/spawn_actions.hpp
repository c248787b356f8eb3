// What is done in a new process before it becomes another program.
#pragma once

#include <fcntl.h>
#include <spawn.h>

namespace ringside {

/// What posix_spawn(3) does in the new process before it becomes the program.
class SpawnActions {
 public:
  SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  void open_null(int fd, int how = O_RDONLY) {
    ::posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", how, 0);
  }
  void duplicate(int from, int to) { ::posix_spawn_file_actions_adddup2(&actions_, from, to); }
  const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

}  // namespace ringside
