// Echo on raw epoll: one edge-triggered loop per listener; read, answer, and wait only when the
// kernel has nothing more to give or to take.
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <unordered_map>
#include <vector>

#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"
#include "scenarios/echo/task.hpp"

namespace ringside::epoll {

void echo(const EchoTask& task);

namespace {

struct Connection {
  UniqueFd socket;
  std::vector<std::byte> unsent;  // what the peer has not taken yet; empty nearly always
};

class EchoLoop {
 public:
  EchoLoop(const EchoTask& task, int listener)
      : listener_(listener), stop_fd_(task.stop.fd()), buffer_(task.buffer_bytes) {}
  void run();

 private:
  int listener_, stop_fd_;
  std::vector<std::byte> buffer_;
};

void EchoLoop::run() {}

}  // namespace

void echo(const EchoTask& task) {
  run_loops(task.listeners, task.stop, [&](int listener) { EchoLoop(task, listener).run(); });
}

}  // namespace ringside::epoll
