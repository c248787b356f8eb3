// A load's byte streams on epoll: runs on every machine.
#pragma once

#include <sys/epoll.h>

#include <vector>

#include "harness/load/transport.hpp"

namespace ringside {

class StopSignal;

/// One edge-triggered set, and a system call for each message and direction.
class EpollTransport final : public Transport {
 public:
  /// `client` and `interrupt` outlive the transport.
  EpollTransport(StreamClient& client, const StopSignal& interrupt);

  void add(UniqueFd socket) override;
  void send(std::size_t stream) override;
  bool sends_at_once() const noexcept override { return true; }
  bool turn() override;

 private:
  struct Stream {
    UniqueFd socket;
    std::span<const std::byte> unsent;  // of the piece under way
  };

  void receive(std::size_t stream);

  StreamClient& client_;
  UniqueFd epoll_;
  std::vector<Stream> streams_;
  std::vector<std::byte> buffer_;
  std::vector<epoll_event> events_;
};

}  // namespace ringside
