// The words between the harness and its helper processes, above all those that run a cell.
//
// A plain stream of frames: four bytes of length (big-endian), then one JSON object with a "type".
// There is nothing machine-local in it, so that the same words can be spoken to another build or,
// over a network, to another machine.
//
// clang-format off
//   cell    → harness  {"type":"hello","protocol":1,"ringside":"0.1.0"}
//   harness → cell     {"type":"start","protocol":1,"scenario":"echo","backend":"epoll",
//                       "params":{…},"setup":{…}}              "setup": what this cell alone is told
//   cell    → harness  {"type":"ready","backend_version":"…"}  the cell serves
//                   or {"type":"unavailable","reason":"…","mend":"…"}, and the process ends
//   harness → cell     {"type":"snapshot"}
//   cell    → harness  {"type":"snapshot","user_ns":…,"system_ns":…,"voluntary":…,"involuntary":…,
//                       "effective":{…},"counters":{…}}
//   harness → cell     {"type":"order",…}                      a piece of work, where a scenario hands
//   cell    → harness  {"type":"done",…}                       it out so; the words are its own
//   harness → cell     {"type":"stop"}
//   cell    → harness  {"type":"stopped"}                      and the process ends
//   cell    → harness  {"type":"failed","reason":"…","mend":"…"}  at any time, and the process ends
// clang-format on
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "base/fd.hpp"
#include "base/json.hpp"

namespace ringside {

/// Version of the words above; both sides must have the same.
inline constexpr int control_protocol = 1;

/// One end of the channel. Any thread may send; one thread at a time receives.
class ControlChannel {
 public:
  /// `stream` is a connected stream socket.
  explicit ControlChannel(UniqueFd stream) : stream_(std::move(stream)) {}

  /// Throws Error when the other side is gone.
  void send(const Json& message) const;

  /// The next message, or nothing when the other side has closed the channel. Throws Error when
  /// `limit` passes first, or for something that is not a message.
  std::optional<Json> receive(std::chrono::milliseconds limit) const;

  /// The next message, however long it takes.
  std::optional<Json> receive() const;

  /// To wait for a message together with something else; never read from it.
  int fd() const noexcept { return stream_.get(); }

  /// Makes receive() return nothing from now on, also where it is waiting in another thread.
  void stop_receiving() const noexcept;

 private:
  std::optional<Json> receive_until(std::optional<std::chrono::steady_clock::time_point> end) const;
  bool read_exactly(char* to, std::size_t length,
                    std::optional<std::chrono::steady_clock::time_point> end) const;

  UniqueFd stream_;
  mutable std::mutex sending_;  // frames must not be mixed
};

/// The message's "type"; empty when it has none.
std::string_view type_of(const Json& message);

/// A connected pair of stream sockets, both closed on exec. Throws Error.
std::pair<UniqueFd, UniqueFd> make_channel();

}  // namespace ringside
