// Checking a backend's answers, byte by byte, and what they tell about time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scenarios/fan_out/params.hpp"
#include "scenarios/fan_out/wire.hpp"

namespace ringside {

/// What the replies of one answer say. Times without a name of their own run from the sending of
/// the parent request.
struct AnswerTimes {
  std::chrono::nanoseconds first_reply{};    ///< until a leaf sent the first of them
  std::chrono::nanoseconds last_reply{};     ///< until a leaf sent the last of them
  std::chrono::nanoseconds slowest_delay{};  ///< the longest that was injected into one of them
  /// By how much a leaf replied later than its delay asked for, at most: what the leaves themselves
  /// added.
  std::chrono::nanoseconds leaf_lateness{};
};

/// Takes in the answers of one connection, one after the other. An answer is `quorum` replies to
/// one request, in any order, each of another leaf. What is wrong with one is thrown as
/// TargetFailure (wrong data, with connection, request and leaf); a leaf that contradicts itself,
/// which is no fault of the backend, as Error. After that the object is of no use.
class AnswerChecker {
 public:
  using Clock = std::chrono::steady_clock;

  /// `wire` outlives the checker and has the same parameters and seed.
  AnswerChecker(const FanOutParams& params, std::uint64_t seed, const Wire& wire);

  /// The next answer is to this request, which was sent no earlier than `sent_at`.
  void expect(std::uint64_t request_id, Clock::time_point sent_at);

  /// Takes in what has come, which was in hand at `now`. Returns whether the answer is complete.
  bool take(std::span<const std::byte> bytes, Clock::time_point now);

  /// Of the answer that is complete.
  const AnswerTimes& times() const noexcept { return times_; }

 private:
  void check(std::span<const std::byte> reply, Clock::time_point now);
  void check_identity(const ReplyHeader& header);
  void check_leaf(const ReplyHeader& header, Clock::time_point now) const;
  void note(const ReplyHeader& header);
  [[noreturn]] void fail(const std::string& what) const;

  FanOutParams params_;
  std::uint64_t seed_;
  const Wire& wire_;
  std::uint64_t id_ = 0;
  Clock::time_point sent_at_;
  std::size_t missing_ = 0;             // replies of the answer that have not come whole
  std::vector<std::byte> partial_;      // of a reply that has not come whole
  std::vector<std::uint64_t> replied_;  // by leaf: the last request to which its reply has come
  AnswerTimes times_;
};

}  // namespace ringside
