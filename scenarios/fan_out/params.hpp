// The parameters of the fan_out scenario.
#pragma once

#include <cstddef>
#include <vector>

#include "base/json.hpp"
#include "scenarios/fan_out/delay.hpp"

namespace ringside {

/// One set of parameters: what all backends of a round are given alike.
struct FanOutParams {
  std::size_t fan_out = 4;          ///< leaves, and sub-requests of each parent request
  std::size_t connections = 8;      ///< from the load to the backend, one request in flight on each
  std::size_t request_bytes = 128;  ///< of a parent request, and of each sub-request
  std::size_t reply_bytes = 128;    ///< of one leaf's reply
  LeafDelay leaf_delay{};
  std::size_t quorum = 4;   ///< replies that the backend waits for: 1 to fan_out
  std::size_t threads = 1;  ///< event-loop threads of the backend

  bool operator==(const FanOutParams&) const = default;
};

/// Lists of each: every combination is measured.
struct FanOutSweep {
  std::vector<std::size_t> fan_out{1, 4, 16};
  std::vector<std::size_t> connections{8};
  std::vector<std::size_t> request_bytes{128};
  std::vector<std::size_t> reply_bytes{128};
  std::vector<LeafDelay> leaf_delay{LeafDelay{}};
  std::vector<std::size_t> quorum{};  ///< empty: all replies, whatever their number
  std::vector<std::size_t> threads{1};
};

/// Every combination, the first list varying slowest.
std::vector<FanOutParams> combinations(const FanOutSweep& sweep);

/// Throws Error for a combination that cannot be run, such as a quorum above the number of leaves.
void validate(const FanOutParams& params);

/// The form in results and in the control channel. "arrival" is always "closed" and "rate_per_s"
/// null: this load waits for each answer before it sends the next request.
Json to_json(const FanOutParams& params);

/// Throws Error when a member is missing or of the wrong kind.
FanOutParams fan_out_params_from_json(const Json& json);

}  // namespace ringside
