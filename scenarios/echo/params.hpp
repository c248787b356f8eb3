// The parameters of the echo scenario.
#pragma once

#include <cstddef>
#include <vector>

#include "base/json.hpp"

namespace ringside {

/// One set of parameters: what all backends of a round are given alike.
struct EchoParams {
  std::size_t connections = 64;
  std::size_t payload_bytes = 128;  ///< of one message
  std::size_t pipeline = 1;         ///< messages in flight on each connection
  std::size_t threads = 1;          ///< event-loop threads of the backend

  bool operator==(const EchoParams&) const = default;
};

/// Lists of each: every combination is measured.
struct EchoSweep {
  std::vector<std::size_t> connections{64};
  std::vector<std::size_t> payload_bytes{128};
  std::vector<std::size_t> pipeline{1};
  std::vector<std::size_t> threads{1};
};

/// Every combination, the first list varying slowest.
std::vector<EchoParams> combinations(const EchoSweep& sweep);

/// Throws Error for a combination that cannot be run, such as more threads than connections.
void validate(const EchoParams& params);

/// The form in results and in the control channel. "arrival" is always "closed" and "rate_per_s"
/// null: this load waits for each answer before it sends the next message.
Json to_json(const EchoParams& params);

/// Throws Error when a member is missing or of the wrong kind.
EchoParams echo_params_from_json(const Json& json);

/// Read capacity of a cell, the same for every backend: at least one message.
std::size_t buffer_bytes(const EchoParams& params) noexcept;

}  // namespace ringside
