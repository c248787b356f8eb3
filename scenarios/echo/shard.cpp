#include "scenarios/echo/shard.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "harness/load/connect.hpp"

namespace ringside {

namespace {

// A backend that answers nothing for so long is taken for stuck. Generous: machines are shared.
constexpr std::chrono::seconds stall_limit{10};

static_assert(Transport::longest_piece <= EchoStream::longest_piece);

}  // namespace

EchoShard::EchoShard(const EchoParams& params, const EchoStream& stream, LoadIo io,
                     const StopSignal& interrupt)
    : params_(params), stream_(stream), io_(io), interrupt_(interrupt) {}

void EchoShard::open(const Endpoint& endpoint, std::size_t number) {
  if (!transport_) {
    transport_ = make_transport(io_, *this, interrupt_,
                                {.streams = params_.connections,
                                 .bytes_in_flight = params_.payload_bytes * params_.pipeline});
  }
  transport_->add(connect_to(endpoint, stall_limit));
  Connection connection;
  connection.number = number;
  // Connections start at places of their own, so that one's bytes are not taken for another's.
  connection.send_at = connection.check_at = (number * 1009) % EchoStream::period;
  connection.begun.resize(params_.pipeline);
  connections_.push_back(std::move(connection));
}

void EchoShard::prime() {
  progress_ = Clock::now();
  for (; primed_ < connections_.size(); ++primed_) start_messages(primed_, 1, progress_, {});
  while (outstanding_ > 0) turn();
}

WindowResult EchoShard::run(WindowPlan& plan) {
  for (Connection& connection : connections_) connection.answers = 0;
  window_.begin(plan, connections_.size(), params_.pipeline);
  progress_ = Clock::now();
  for (std::size_t stream = 0; stream < connections_.size(); ++stream) {
    start_messages(stream, params_.pipeline, Clock::now(), {});
  }
  while (!window_.over() || outstanding_ > 0) turn();

  WindowResult result = window_.result();
  result.bytes = static_cast<std::uint64_t>(
      std::llround(result.work * static_cast<double>(params_.payload_bytes)));
  return result;
}

void EchoShard::close() noexcept {
  transport_.reset();
  connections_.clear();
  primed_ = 0;
  due_.clear();
  outstanding_ = 0;
  window_.abandon();
}

LoadFigures EchoShard::figures() const {
  LoadFigures figures;
  figures.latency = latency_;
  figures.fairness = Fairness{};
  if (connections_.empty()) return figures;
  const auto [least, most] = std::ranges::minmax_element(connections_, {}, &Connection::ops);
  figures.fairness = Fairness{.least = least->ops, .most = most->ops};
  return figures;
}

void EchoShard::forget_figures() noexcept {
  latency_ = {};
  for (Connection& connection : connections_) connection.ops = 0;
}

void EchoShard::turn() {
  const bool something = transport_->turn();
  start_due();
  if (something) return;
  const Clock::time_point now = Clock::now();
  window_.pass(now);
  if (now - progress_ > stall_limit) {
    throw TargetFailure(TargetFailure::Kind::stalled,
                        fmt::format("no answer for {} s, {} messages are outstanding",
                                    stall_limit.count(), outstanding_));
  }
}

void EchoShard::arrived(std::size_t stream, std::span<const std::byte> bytes,
                        Clock::time_point now) {
  Connection& connection = connections_[stream];
  const auto expected = stream_.piece(connection.check_at, bytes.size());
  if (bytes.size() > connection.unanswered ||
      std::memcmp(bytes.data(), expected.data(), bytes.size()) != 0) {
    fail_wrong(connection, bytes);
  }
  window_.pass(now);
  progress_ = now;
  connection.check_at = EchoStream::advance(connection.check_at, bytes.size());
  connection.received += bytes.size();
  connection.unanswered -= bytes.size();
  connection.into_message += bytes.size();
  window_.come(static_cast<double>(bytes.size()) / static_cast<double>(params_.payload_bytes));

  std::size_t completed = 0;
  const bool measuring = window_.measuring();
  while (connection.into_message >= params_.payload_bytes) {
    connection.into_message -= params_.payload_bytes;
    const BegunOperation& oldest = connection.begun[connection.oldest];
    if (window_.end_operation(oldest, now, connection.answers)) latency_.record(now - oldest.at);
    connection.oldest = connection.oldest + 1 == params_.pipeline ? 0 : connection.oldest + 1;
    ++completed;
  }
  connection.in_flight -= completed;
  outstanding_ -= completed;
  if (measuring) connection.ops += completed;
  if (completed > 0) due_.push_back({.stream = stream, .messages = completed, .since = now});
}

void EchoShard::start_due() {
  Clock::time_point now = Clock::now();
  for (const Due& due : due_) {
    if (window_.over()) break;
    start_messages(due.stream, due.messages, now, now - due.since);
    // What leaves in one system call has one time.
    if (transport_->sends_at_once()) now = Clock::now();
  }
  due_.clear();
}

void EchoShard::start_messages(std::size_t stream, std::size_t count, Clock::time_point now,
                               std::chrono::nanoseconds idle) {
  Connection& connection = connections_[stream];
  assert(connection.in_flight + count <= params_.pipeline);
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t place = connection.oldest + connection.in_flight;
    if (place >= params_.pipeline) place -= params_.pipeline;
    connection.begun[place] = window_.begin_operation(now, idle);
    ++connection.in_flight;
  }
  outstanding_ += count;
  connection.unsent += count * params_.payload_bytes;
  connection.unanswered += count * params_.payload_bytes;
  transport_->send(stream);
}

std::span<const std::byte> EchoShard::next_piece(std::size_t stream) {
  Connection& connection = connections_[stream];
  const auto piece =
      stream_.piece(connection.send_at, std::min(connection.unsent, Transport::longest_piece));
  connection.send_at = EchoStream::advance(connection.send_at, piece.size());
  connection.unsent -= piece.size();
  return piece;
}

void EchoShard::broken(std::size_t stream, int error) {
  const Connection& connection = connections_[stream];
  throw TargetFailure(
      TargetFailure::Kind::broke_off,
      fmt::format("connection {} was closed by the backend after {} bytes: {}", connection.number,
                  connection.received,
                  error == 0 ? "end of stream" : std::generic_category().message(error)));
}

void EchoShard::fail_wrong(const Connection& connection, std::span<const std::byte> bytes) const {
  const auto expected = stream_.piece(connection.check_at, bytes.size());
  const auto [wrong, right] = std::ranges::mismatch(bytes, expected);
  if (wrong == bytes.end()) {
    throw TargetFailure(TargetFailure::Kind::wrong_data,
                        fmt::format("connection {}: {} bytes came back that were never sent",
                                    connection.number, bytes.size() - connection.unanswered));
  }
  const auto offset = connection.received + static_cast<std::uint64_t>(wrong - bytes.begin());
  throw TargetFailure(
      TargetFailure::Kind::wrong_data,
      fmt::format("connection {}, byte {}: sent 0x{:02x}, got back 0x{:02x}", connection.number,
                  offset, static_cast<unsigned>(*right), static_cast<unsigned>(*wrong)));
}

}  // namespace ringside
