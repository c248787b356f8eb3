#include "scenarios/fan_out/shard.hpp"

#include <algorithm>
#include <cmath>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "harness/load/connect.hpp"

namespace ringside {

namespace {

// A backend that answers nothing for so long, beyond what leaves wait, is taken for stuck.
// Generous: machines are shared.
constexpr std::chrono::seconds stall_limit{10};

}  // namespace

FanOutShard::FanOutShard(const FanOutParams& params, std::uint64_t seed, const Wire& wire,
                         LoadIo io, const StopSignal& interrupt)
    : params_(params), seed_(seed), wire_(wire), io_(io), interrupt_(interrupt) {}

void FanOutShard::open(const Endpoint& endpoint, std::size_t number) {
  if (!transport_) {
    StreamClient& self = *this;
    transport_ = make_transport(
        io_, self, interrupt_,
        {.streams = params_.connections, .bytes_in_flight = params_.quorum * params_.reply_bytes});
  }
  transport_->add(connect_to(endpoint, stall_limit));
  connections_.push_back({.number = number,
                          .request = std::vector<std::byte>(params_.request_bytes),
                          .answer = AnswerChecker(params_, seed_, wire_),
                          .begun = {}});
}

void FanOutShard::prime() {
  progress_ = Clock::now();
  for (; primed_ < connections_.size(); ++primed_) start(primed_, Clock::now(), {});
  while (outstanding_ > 0) turn();
}

WindowResult FanOutShard::run(WindowPlan& plan) {
  for (Connection& connection : connections_) connection.answers = 0;
  window_.begin(plan, connections_.size(), 1);
  progress_ = Clock::now();
  for (std::size_t stream = 0; stream < connections_.size(); ++stream) {
    start(stream, Clock::now(), {});
  }
  while (!window_.over() || outstanding_ > 0) turn();

  WindowResult result = window_.result();
  result.bytes = static_cast<std::uint64_t>(std::llround(result.work * answer_bytes()));
  return result;
}

void FanOutShard::close() noexcept {
  transport_.reset();
  connections_.clear();
  primed_ = 0;
  due_.clear();
  outstanding_ = 0;
  window_.abandon();
}

LoadFigures FanOutShard::figures() const {
  LoadFigures figures;
  figures.latency = times_.latency;
  figures.times = {{"first_reply", times_.first_reply},
                   {"last_reply", times_.last_reply},
                   {"straggler_gap", times_.straggler_gap},
                   {"excess_over_ideal", times_.excess_over_ideal},
                   {"leaf_lateness", times_.leaf_lateness}};
  figures.fairness = Fairness{};
  if (!connections_.empty()) {
    const auto [least, most] = std::ranges::minmax_element(connections_, {}, &Connection::ops);
    figures.fairness = Fairness{.least = least->ops, .most = most->ops};
  }
  return figures;
}

void FanOutShard::forget_figures() noexcept {
  times_ = {};
  for (Connection& connection : connections_) connection.ops = 0;
}

void FanOutShard::turn() {
  const bool something = transport_->turn();
  start_due();
  if (something) return;
  const Clock::time_point now = Clock::now();
  window_.pass(now);
  if (now - progress_ > stall_limit + longest(params_.leaf_delay)) {
    throw TargetFailure(TargetFailure::Kind::stalled,
                        fmt::format("no answer for {} s, {} requests are outstanding",
                                    stall_limit.count(), outstanding_));
  }
}

void FanOutShard::arrived(std::size_t stream, std::span<const std::byte> bytes,
                          Clock::time_point now) {
  Connection& connection = connections_[stream];
  const bool complete = connection.answer.take(bytes, now);
  window_.pass(now);
  window_.come(static_cast<double>(bytes.size()) / answer_bytes());
  progress_ = now;
  if (!complete) return;
  --outstanding_;
  if (window_.measuring()) ++connection.ops;
  if (window_.end_operation(connection.begun, now, connection.answers)) record(connection, now);
  due_.push_back({.stream = stream, .since = now});
}

void FanOutShard::record(const Connection& connection, Clock::time_point now) {
  const AnswerTimes& answer = connection.answer.times();
  const auto latency = now - connection.begun.at;
  times_.latency.record(latency);
  times_.first_reply.record(answer.first_reply);
  times_.last_reply.record(answer.last_reply);
  times_.straggler_gap.record(answer.last_reply - answer.first_reply);
  // The checker has refused replies from before the end of their delay. Less than nothing is left
  // only when `now` is a batch's and older than the reply, by microseconds: it counts as nothing.
  times_.excess_over_ideal.record(latency - answer.slowest_delay);
  times_.leaf_lateness.record(answer.leaf_lateness);
}

void FanOutShard::start_due() {
  Clock::time_point now = Clock::now();
  for (const Due& due : due_) {
    // Between windows, and while priming, nothing follows.
    if (window_.over()) break;
    start(due.stream, now, now - due.since);
    // What leaves in one system call has one time.
    if (transport_->sends_at_once()) now = Clock::now();
  }
  due_.clear();
}

void FanOutShard::start(std::size_t stream, Clock::time_point now, std::chrono::nanoseconds idle) {
  Connection& connection = connections_[stream];
  const std::uint64_t id = request_id(connection.number, ++connection.sequence);
  wire_.write_request(id, connection.request);
  connection.answer.expect(id, now);
  connection.begun = window_.begin_operation(now, idle);
  connection.unsent = true;
  ++outstanding_;
  transport_->send(stream);
}

double FanOutShard::answer_bytes() const noexcept {
  return static_cast<double>(params_.quorum * params_.reply_bytes);
}

std::span<const std::byte> FanOutShard::next_piece(std::size_t stream) {
  Connection& connection = connections_[stream];
  if (!std::exchange(connection.unsent, false)) return {};
  return connection.request;
}

void FanOutShard::broken(std::size_t stream, int error) {
  const Connection& connection = connections_[stream];
  throw TargetFailure(
      TargetFailure::Kind::broke_off,
      fmt::format("connection {} was closed by the backend, request {}: {}", connection.number,
                  connection.sequence,
                  error == 0 ? "end of stream" : std::generic_category().message(error)));
}

}  // namespace ringside
