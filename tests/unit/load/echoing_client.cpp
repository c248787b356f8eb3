#include "tests/unit/load/echoing_client.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <random>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/load/connect.hpp"
#include "harness/load/load.hpp"
#include "tests/support/process.hpp"

namespace ringside::test {

EchoingClient::EchoingClient(const Make& make, std::size_t bytes_each, std::size_t piece_bytes)
    : bytes_(bytes_each), piece_bytes_(piece_bytes), transport_(make(*this, interrupt_)) {
  std::mt19937 random(1);
  std::ranges::generate(bytes_, [&] { return static_cast<std::byte>(random() & 0xff); });
}

void EchoingClient::open(const Endpoint& endpoint, int send_buffer) {
  UniqueFd socket = connect_to(endpoint, patience);
  if (send_buffer > 0) {
    check(::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer),
          "SO_SNDBUF");
  }
  transport_->add(std::move(socket));
  streams_.emplace_back();
}

void EchoingClient::run() {
  unfinished_ = streams_.size();
  std::ranges::fill(streams_, Progress());
  for (std::size_t stream = 0; stream < streams_.size(); ++stream) transport_->send(stream);
  auto last = Clock::now();
  while (unfinished_ > 0) {
    if (transport_->turn()) last = Clock::now();
    if (Clock::now() - last > patience) throw Error("nothing happens any more");
  }
}

void EchoingClient::arrived(std::size_t stream, std::span<const std::byte> bytes,
                            Clock::time_point now) {
  Progress& progress = streams_[stream];
  if (now > Clock::now()) throw Error("arrived in the future");
  if (progress.received + bytes.size() > progress.sent) throw Error("arrived before it was sent");
  if (!std::ranges::equal(bytes, std::span(bytes_).subspan(progress.received, bytes.size()))) {
    throw Error(fmt::format("stream {}: wrong at byte {} or later", stream, progress.received));
  }
  largest_arrival_ = std::max(largest_arrival_, bytes.size());
  progress.received += bytes.size();
  if (progress.received == bytes_.size()) --unfinished_;
}

std::span<const std::byte> EchoingClient::next_piece(std::size_t stream) {
  Progress& progress = streams_[stream];
  const auto piece = std::span(bytes_).subspan(
      progress.sent, std::min(piece_bytes_, bytes_.size() - progress.sent));
  progress.sent += piece.size();
  return piece;
}

void EchoingClient::broken(std::size_t stream, int error) {
  throw TargetFailure(
      TargetFailure::Kind::broke_off,
      fmt::format("stream {}: {}", stream,
                  error == 0 ? "end of stream" : std::generic_category().message(error)));
}

}  // namespace ringside::test
