#include "harness/process/control.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside {

namespace {

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

// Far above any real message; bounds what a broken peer can make us allocate.
constexpr std::uint32_t longest_message = 1u << 20;

int milliseconds_left(const Deadline& end) {
  if (!end) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*end - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

}  // namespace

void ControlChannel::send(const Json& message) const {
  const std::string body = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  const std::uint32_t length = htonl(static_cast<std::uint32_t>(body.size()));
  std::string frame(sizeof length, '\0');
  std::memcpy(frame.data(), &length, sizeof length);
  frame += body;
  const std::scoped_lock lock(sending_);
  for (std::size_t sent = 0; sent < frame.size();) {
    const ssize_t count =
        ::send(stream_.get(), frame.data() + sent, frame.size() - sent, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      throw_errno("talking to the other process (control channel)");
    }
  }
}

std::optional<Json> ControlChannel::receive(std::chrono::milliseconds limit) const {
  return receive_until(std::chrono::steady_clock::now() + limit);
}

std::optional<Json> ControlChannel::receive() const {
  return receive_until(std::nullopt);
}

void ControlChannel::stop_receiving() const noexcept {
  ::shutdown(stream_.get(), SHUT_RD);
}

std::optional<Json> ControlChannel::receive_until(Deadline end) const {
  std::uint32_t length = 0;
  if (!read_exactly(reinterpret_cast<char*>(&length), sizeof length, end)) return std::nullopt;
  length = ntohl(length);
  if (length > longest_message) {
    throw Error(fmt::format("control channel: a message of {} bytes is announced", length));
  }
  std::string body(length, '\0');
  if (!read_exactly(body.data(), body.size(), end)) return std::nullopt;
  Json message = Json::parse(body, nullptr, false);
  if (!message.is_object()) throw Error("control channel: that was not a message");
  return message;
}

bool ControlChannel::read_exactly(char* to, std::size_t length, Deadline end) const {
  while (length > 0) {
    pollfd waiting{.fd = stream_.get(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, milliseconds_left(end));
    if (ready == 0) throw Error("control channel: no answer in time");
    if (ready < 0 && errno != EINTR) throw_errno("talking to the other process (control channel)");
    if (ready < 0) continue;
    const ssize_t got = ::recv(stream_.get(), to, length, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno == ECONNRESET)) return false;
    if (got < 0 && errno != EINTR && errno != EAGAIN)
      throw_errno("talking to the other process (control channel)");
    if (got < 0) continue;
    to += got;
    length -= static_cast<std::size_t>(got);
  }
  return true;
}

std::string_view type_of(const Json& message) {
  const auto type = message.find("type");
  if (type == message.end() || !type->is_string()) return {};
  return type->get_ref<const std::string&>();
}

std::pair<UniqueFd, UniqueFd> make_channel() {
  int ends[2];
  check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
        "a channel to a helper process (socketpair)");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

}  // namespace ringside
