// A load's byte streams on io_uring: cheaper than epoll, where it is allowed.
#pragma once

#include <liburing.h>

#include <cstdint>
#include <span>
#include <vector>

#include "base/uring/buffer_ring.hpp"
#include "base/uring/ring.hpp"
#include "harness/load/transport.hpp"

namespace ringside {

class StopSignal;

/// One ring. A multishot recv stays with the kernel for every stream and puts what arrives into
/// buffers that all streams share; the sends of a turn and the wait are one system call.
class IoUringTransport final : public Transport {
 public:
  /// `client` and `interrupt` outlive the transport. `allowed` is for whoever wants less than the
  /// newest kernel's features. Throws Error, with the mend, where io_uring cannot be had.
  IoUringTransport(StreamClient& client, const StopSignal& interrupt, const TransportShape& shape,
                   std::span<const uring::Generation> allowed = uring::generations);
  ~IoUringTransport() override;

  void add(UniqueFd socket) override;
  void send(std::size_t stream) override;
  bool sends_at_once() const noexcept override { return false; }
  bool turn() override;

 private:
  // What a completion belongs to, carried through the kernel as its user data.
  struct Operation {
    enum class Kind : std::uint32_t { interrupt, pause, receive, send };
    Kind kind;
    std::uint32_t stream = 0;
  };
  using Kind = Operation::Kind;

  struct Stream {
    UniqueFd socket;
    bool sending = false;               // a send is with the kernel; two could change places
    std::span<const std::byte> unsent;  // of the piece under way
  };

  io_uring_sqe* entry_for(Operation operation);
  void on_completed(const io_uring_cqe& completion, StreamClient::Clock::time_point now);
  void pause();
  void receive(std::uint32_t stream);
  void on_received(std::uint32_t stream, const io_uring_cqe& completion,
                   StreamClient::Clock::time_point now);
  void send_piece(std::uint32_t stream);
  void on_sent(std::uint32_t stream, int result);

  StreamClient& client_;
  std::vector<Stream> streams_;  // outlives the ring that receives into it
  uring::Ring ring_;
  uring::BufferRing buffers_;
  __kernel_timespec idle_wait_;
  std::size_t arrivals_ = 0;  // of this turn
  bool idle_ = false;         // nothing but a pause came in this turn
};

}  // namespace ringside
