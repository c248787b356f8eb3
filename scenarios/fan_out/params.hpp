// The parameters of the fan_out scenario.
#pragma once

#include <cstddef>
#include <span>

#include "base/json.hpp"
#include "scenarios/fan_out/delay.hpp"
#include "scenarios/parameters.hpp"

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

/// The table of them, in the order of the form in results.
std::span<const Parameter> fan_out_parameters();

/// Throws Error for what cannot be together, such as a quorum above the number of leaves.
void check_fan_out(const Json& params);

/// The form in results and in the control channel, as the table makes it. "arrival" is always
/// "closed" and "rate_per_s" null: this load waits for each answer before it sends the next
/// request.
Json to_json(const FanOutParams& params);

/// Throws Error when a member is missing or of the wrong kind.
FanOutParams fan_out_params_from_json(const Json& json);

}  // namespace ringside
