// One thread's share of the connections to one echo backend: the closed-loop client itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/histogram.hpp"
#include "base/net/listen.hpp"
#include "harness/load/closed_window.hpp"
#include "harness/load/io_choice.hpp"
#include "harness/load/load.hpp"
#include "harness/load/transport.hpp"
#include "scenarios/echo/params.hpp"
#include "scenarios/echo/stream.hpp"

namespace ringside {

class StopSignal;

/// A closed-loop client over some connections: every connection has `pipeline` messages in flight,
/// and an answered message is followed at once by the next. Every byte that comes back is compared
/// with what was sent. Used by one thread at a time.
class EchoShard final : private StreamClient {
 public:
  using Clock = std::chrono::steady_clock;

  /// `stream` and `interrupt` outlive the shard.
  EchoShard(const EchoParams& params, const EchoStream& stream, LoadIo io,
            const StopSignal& interrupt);
  EchoShard(const EchoShard&) = delete;
  EchoShard& operator=(const EchoShard&) = delete;

  /// Opens connection number `number` (of the whole load, for error messages).
  void open(const Endpoint& endpoint, std::size_t number);

  /// Has each connection opened since the last call answer one message.
  void prime();

  /// One window: warm-up, the measured part, then every answer is taken in.
  WindowResult run(WindowPlan& plan);

  /// Closes all connections.
  void close() noexcept;

  /// Of the measured parts since forget_figures, or since the first connection was opened.
  LoadFigures figures() const;
  void forget_figures() noexcept;

 private:
  struct Connection {
    std::size_t number = 0;
    std::size_t send_at = 0;            // position in the stream of the next byte to send
    std::size_t check_at = 0;           // position in the stream of the next byte to come back
    std::size_t unsent = 0;             // bytes that the transport has not asked for yet
    std::size_t unanswered = 0;         // bytes that have not come back yet, sent or not
    std::size_t into_message = 0;       // bytes of the message under way that have come back
    std::size_t oldest = 0;             // index in begun of the oldest message in flight
    std::size_t in_flight = 0;          // messages
    std::uint64_t received = 0;         // bytes, for error messages
    std::uint64_t ops = 0;              // in measured parts
    std::uint32_t answers = 0;          // in this window
    std::vector<BegunOperation> begun;  // a ring, one place for each message of the pipeline
  };
  /// Messages that a connection may start because as many were answered.
  struct Due {
    std::size_t stream;
    std::size_t messages;
    Clock::time_point since;
  };

  void arrived(std::size_t stream, std::span<const std::byte> bytes,
               Clock::time_point now) override;
  std::span<const std::byte> next_piece(std::size_t stream) override;
  [[noreturn]] void broken(std::size_t stream, int error) override;

  void turn();
  void start_due();
  void start_messages(std::size_t stream, std::size_t count, Clock::time_point now,
                      std::chrono::nanoseconds idle);
  [[noreturn]] void fail_wrong(const Connection& connection,
                               std::span<const std::byte> bytes) const;

  EchoParams params_;
  const EchoStream& stream_;
  LoadIo io_;
  const StopSignal& interrupt_;
  std::unique_ptr<Transport> transport_;  // while connections are open
  std::vector<Connection> connections_;   // by number of the stream
  std::size_t primed_ = 0;
  std::vector<Due> due_;

  ClosedWindow window_;
  std::size_t outstanding_ = 0;  // messages in flight over all connections
  Clock::time_point progress_;   // when something last came back
  Histogram latency_;
};

}  // namespace ringside
