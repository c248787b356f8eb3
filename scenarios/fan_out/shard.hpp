// One thread's share of the connections to one fan_out backend: the closed-loop client itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/histogram.hpp"
#include "base/net/listen.hpp"
#include "harness/load/closed_window.hpp"
#include "harness/load/io_choice.hpp"
#include "harness/load/load.hpp"
#include "harness/load/transport.hpp"
#include "scenarios/fan_out/answer.hpp"
#include "scenarios/fan_out/params.hpp"
#include "scenarios/fan_out/wire.hpp"

namespace ringside {

class StopSignal;

/// A closed-loop client over some connections: every connection has one request in flight, and an
/// answer is followed at once by the next request. Every byte of every reply is checked. Used by
/// one thread at a time.
class FanOutShard final : private StreamClient {
 public:
  using Clock = std::chrono::steady_clock;

  /// `wire` and `interrupt` outlive the shard.
  FanOutShard(const FanOutParams& params, std::uint64_t seed, const Wire& wire, LoadIo io,
              const StopSignal& interrupt);
  FanOutShard(const FanOutShard&) = delete;
  FanOutShard& operator=(const FanOutShard&) = delete;

  /// Opens connection number `number` (of the whole load, part of its requests' identities).
  void open(const Endpoint& endpoint, std::size_t number);

  /// Has each connection opened since the last call answer one request.
  void prime();

  /// One window: warm-up, the measured part, then every answer is taken in.
  WindowResult run(WindowPlan& plan);

  /// Closes all connections.
  void close() noexcept;

  /// Of the measured parts since forget_figures, or since the first connection was opened; without
  /// the figures that are about more than one shard.
  LoadFigures figures() const;
  void forget_figures() noexcept;

 private:
  struct Connection {
    std::size_t number = 0;
    std::uint64_t sequence = 0;      // of the request in flight, or the last one
    std::vector<std::byte> request;  // the one in flight
    bool unsent = false;             // the transport has not asked for it yet
    AnswerChecker answer;
    BegunOperation begun;
    std::uint64_t ops = 0;      // in measured parts
    std::uint32_t answers = 0;  // in this window
  };
  /// A connection that may start its next request because the one before was answered.
  struct Due {
    std::size_t stream;
    Clock::time_point since;
  };
  /// One entry for each answer to a request that began in a measured part.
  struct Times {
    Histogram latency, first_reply, last_reply, straggler_gap, excess_over_ideal, leaf_lateness;
  };

  void arrived(std::size_t stream, std::span<const std::byte> bytes,
               Clock::time_point now) override;
  std::span<const std::byte> next_piece(std::size_t stream) override;
  [[noreturn]] void broken(std::size_t stream, int error) override;

  double answer_bytes() const noexcept;
  void turn();
  void start_due();
  void start(std::size_t stream, Clock::time_point now, std::chrono::nanoseconds idle);
  void record(const Connection& connection, Clock::time_point now);

  FanOutParams params_;
  std::uint64_t seed_;
  const Wire& wire_;
  LoadIo io_;
  const StopSignal& interrupt_;
  std::unique_ptr<Transport> transport_;  // while connections are open
  std::vector<Connection> connections_;   // by number of the stream
  std::size_t primed_ = 0;
  std::vector<Due> due_;

  ClosedWindow window_;
  std::size_t outstanding_ = 0;  // requests in flight over all connections
  Clock::time_point progress_;   // when something last came back
  Times times_;
};

}  // namespace ringside
