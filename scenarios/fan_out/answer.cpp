#include "scenarios/fan_out/answer.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "harness/load/load.hpp"

namespace ringside {

using std::chrono::nanoseconds;

AnswerChecker::AnswerChecker(const FanOutParams& params, std::uint64_t seed, const Wire& wire)
    : params_(params), seed_(seed), wire_(wire), replied_(params.fan_out, 0) {
  partial_.reserve(params.reply_bytes);
}

void AnswerChecker::expect(std::uint64_t request_id, Clock::time_point sent_at) {
  id_ = request_id;
  sent_at_ = sent_at;
  missing_ = params_.quorum;
  times_ = {.first_reply = nanoseconds::max()};
}

bool AnswerChecker::take(std::span<const std::byte> bytes, Clock::time_point now) {
  while (!bytes.empty()) {
    if (missing_ == 0) fail(fmt::format("{} bytes came that belong to no answer", bytes.size()));
    const std::size_t needed = params_.reply_bytes - partial_.size();
    const auto piece = bytes.first(std::min(needed, bytes.size()));
    bytes = bytes.subspan(piece.size());
    if (piece.size() == params_.reply_bytes) {
      check(piece, now);
      continue;
    }
    partial_.insert(partial_.end(), piece.begin(), piece.end());
    if (piece.size() < needed) break;
    check(partial_, now);
    partial_.clear();
  }
  return missing_ == 0;
}

void AnswerChecker::check(std::span<const std::byte> reply, Clock::time_point now) {
  const ReplyHeader header = Wire::read_header(reply);
  check_identity(header);
  const std::size_t wrong = wire_.first_wrong_filler(header, reply);
  if (wrong != reply.size()) {
    fail(fmt::format("byte {} of the reply of leaf {} is not what the leaf sent", wrong,
                     header.leaf));
  }
  check_leaf(header, now);
  note(header);
  --missing_;
}

void AnswerChecker::check_identity(const ReplyHeader& header) {
  if (!Wire::is_whole(header)) fail("what came is not what a leaf sent: a header is damaged");
  if (header.request_id != id_) {
    fail(fmt::format("the answer has a reply to request {} of connection {}",
                     sequence_of(header.request_id), connection_of(header.request_id)));
  }
  if (header.leaf >= replied_.size()) {
    fail(fmt::format("a reply says that it is of leaf {}, of {}", header.leaf, replied_.size()));
  }
  if (header.request_fault != 0) {
    fail(fmt::format("leaf {} got another request than was sent, from byte {} on", header.leaf,
                     header.request_fault - 1));
  }
  // Requests of a connection are numbered upwards, so that nothing needs to be cleared.
  if (std::exchange(replied_[header.leaf], id_) == id_) {
    fail(fmt::format("the answer has the reply of leaf {} twice", header.leaf));
  }
}

void AnswerChecker::check_leaf(const ReplyHeader& header, Clock::time_point now) const {
  const nanoseconds delay = draw(params_.leaf_delay, seed_, id_, header.leaf);
  if (header.delay_ns != delay.count()) {
    throw Error(fmt::format("leaf {} says that it waited {} ns where {} were to be waited",
                            header.leaf, header.delay_ns, delay.count()));
  }
  if (header.sent_ns - header.received_ns < header.delay_ns) {
    throw Error(fmt::format("leaf {} replied {} ns too early", header.leaf,
                            header.delay_ns - (header.sent_ns - header.received_ns)));
  }
  // A transport may take in what came just after it looked at the clock: look again.
  const bool from_the_future =
      header.sent_ns > to_wire(now) && header.sent_ns > to_wire(Clock::now());
  if (header.received_ns < to_wire(sent_at_) || from_the_future) {
    throw Error(fmt::format("leaf {} was at work before its request was sent, or after its reply "
                            "had come: CLOCK_MONOTONIC is not the same on all CPUs",
                            header.leaf),
                "choose another clock source, see `ringside doctor`");
  }
}

void AnswerChecker::note(const ReplyHeader& header) {
  const nanoseconds sent(header.sent_ns - to_wire(sent_at_));
  const nanoseconds delay(header.delay_ns);
  const nanoseconds late(header.sent_ns - header.received_ns - header.delay_ns);
  times_.first_reply = std::min(times_.first_reply, sent);
  times_.last_reply = std::max(times_.last_reply, sent);
  times_.slowest_delay = std::max(times_.slowest_delay, delay);
  times_.leaf_lateness = std::max(times_.leaf_lateness, late);
}

void AnswerChecker::fail(const std::string& what) const {
  throw TargetFailure(
      TargetFailure::Kind::wrong_data,
      fmt::format("connection {}, request {}: {}", connection_of(id_), sequence_of(id_), what));
}

}  // namespace ringside
