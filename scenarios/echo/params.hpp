// The parameters of the echo scenario.
#pragma once

#include <cstddef>
#include <span>

#include "base/json.hpp"
#include "scenarios/parameters.hpp"

namespace ringside {

/// One set of parameters: what all backends of a round are given alike.
struct EchoParams {
  std::size_t connections = 64;
  std::size_t payload_bytes = 128;  ///< of one message
  std::size_t pipeline = 1;         ///< messages in flight on each connection
  std::size_t threads = 1;          ///< event-loop threads of the backend

  bool operator==(const EchoParams&) const = default;
};

/// The table of them, in the order of the form in results.
std::span<const Parameter> echo_parameters();

/// The form in results and in the control channel, as the table makes it. "arrival" is always
/// "closed" and "rate_per_s" null: this load waits for each answer before it sends the next
/// message.
Json to_json(const EchoParams& params);

/// Throws Error when a member is missing or of the wrong kind.
EchoParams echo_params_from_json(const Json& json);

/// Read capacity of a cell, the same for every backend: at least one message.
std::size_t buffer_bytes(const EchoParams& params) noexcept;

}  // namespace ringside
