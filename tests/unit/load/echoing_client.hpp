// A client of byte streams for tests of transports: sends, and expects all of it back.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/net/listen.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/transport.hpp"

namespace ringside::test {

/// Sends `bytes_each` on every stream, in pieces, and compares what comes back.
class EchoingClient final : public StreamClient {
 public:
  using Make = std::function<std::unique_ptr<Transport>(StreamClient&, const StopSignal&)>;

  EchoingClient(const Make& make, std::size_t bytes_each, std::size_t piece_bytes);

  /// Connects one more stream; `send_buffer` is SO_SNDBUF, 0 for the system's own.
  void open(const Endpoint& endpoint, int send_buffer = 0);

  /// Sends and receives everything. Throws what the transport throws, and Error when the bytes are
  /// wrong or nothing happens for `patience`.
  void run();

  const StopSignal& interrupt() const noexcept { return interrupt_; }
  Transport& transport() noexcept { return *transport_; }
  std::size_t largest_arrival() const noexcept { return largest_arrival_; }

 private:
  struct Progress {
    std::size_t sent = 0, received = 0;
  };

  void arrived(std::size_t stream, std::span<const std::byte> bytes,
               Clock::time_point now) override;
  std::span<const std::byte> next_piece(std::size_t stream) override;
  [[noreturn]] void broken(std::size_t stream, int error) override;

  std::vector<std::byte> bytes_;
  std::size_t piece_bytes_;
  std::vector<Progress> streams_;
  std::size_t unfinished_ = 0;
  std::size_t largest_arrival_ = 0;
  StopSignal interrupt_;
  std::unique_ptr<Transport> transport_;
};

}  // namespace ringside::test
