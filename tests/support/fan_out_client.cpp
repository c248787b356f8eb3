#include "tests/support/fan_out_client.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include <fmt/format.h>

#include "base/error.hpp"
#include "tests/support/process.hpp"

namespace ringside::test {

namespace {

// Shorter replies do not say which leaf they are from.
constexpr std::size_t reply_names_leaf_bytes = 16;

void wait_until(const Client& client, short events, const char* what) {
  pollfd waiting{.fd = client.fd(), .events = events, .revents = 0};
  const auto timeout = std::chrono::milliseconds(patience).count();
  if (check(::poll(&waiting, 1, static_cast<int>(timeout)), "poll") == 0) {
    throw Error(fmt::format("the cell {} in time", what));
  }
}

}  // namespace

std::uint64_t new_request_id() {
  // Far from 0 and from each other's neighbours, so that what is left over from anything shows.
  static std::atomic<std::uint64_t> next = 0x5eed'0000'0000;
  return next += 0x0001'0001;
}

FanOutClient::FanOutClient(const FanOutShape& shape) : shape_(shape) {}

FanOutClient::FanOutClient(const Endpoint& cell, const FanOutShape& shape,
                           const SocketBuffers& buffers)
    : shape_(shape), client_(cell, buffers) {}

std::uint64_t FanOutClient::request() {
  return request(new_request_id());
}

std::uint64_t FanOutClient::request(std::uint64_t id) {
  send(leaf_request(id, shape_.request_bytes));
  return id;
}

void FanOutClient::send(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const Moved moved = client_.send_some(bytes);
    if (moved.end != End::none) throw Error("the cell ended the connection before the request");
    bytes = bytes.subspan(moved.bytes);
    if (moved.bytes == 0) wait_until(client_, POLLOUT, "took nothing more of the request");
  }
}

void FanOutClient::receive(std::span<std::byte> room) {
  for (std::size_t have = 0; have < room.size();) {
    const Moved moved = client_.receive_some(room.subspan(have));
    have += moved.bytes;
    if (moved.end != End::none) {
      throw Error(fmt::format("the cell ended the connection after {} of {} bytes of an answer",
                              have, room.size()));
    }
    if (moved.bytes == 0) wait_until(client_, POLLIN, "sent nothing more of the answer");
  }
}

std::vector<std::size_t> FanOutClient::answer(std::uint64_t id) {
  std::vector<std::byte> bytes(shape_.answer_bytes());
  receive(bytes);
  std::vector<std::size_t> leaves;
  for (std::size_t i = 0; i < shape_.awaited(); ++i) {
    const auto reply = std::span(bytes).subspan(i * shape_.reply_bytes, shape_.reply_bytes);
    const std::size_t leaf = check_reply(id, reply);
    if (leaf == shape_.leaves) continue;
    if (std::ranges::find(leaves, leaf) != leaves.end()) {
      throw Error(fmt::format("an answer holds the reply of leaf {} twice", leaf));
    }
    leaves.push_back(leaf);
  }
  return leaves;
}

// Returns the leaf, or the number of leaves when the reply is too short to say.
std::size_t FanOutClient::check_reply(std::uint64_t id, std::span<const std::byte> reply) const {
  std::array<std::uint64_t, 2> head{};
  std::memcpy(head.data(), reply.data(), std::min(reply.size(), sizeof head));
  if (head[0] != id) {
    throw Error(fmt::format("an answer to request {:#x} holds a reply to {:#x}", id, head[0]));
  }
  if (reply.size() < reply_names_leaf_bytes) {
    for (std::size_t leaf = 0; leaf < shape_.leaves; ++leaf) {
      if (std::ranges::equal(reply, leaf_reply(leaf, id, reply.size()))) return shape_.leaves;
    }
    throw Error("an answer holds a reply that no leaf gave");
  }
  const std::size_t leaf = head[1];
  if (leaf >= shape_.leaves || !std::ranges::equal(reply, leaf_reply(leaf, id, reply.size()))) {
    throw Error(fmt::format("an answer holds wrong bytes in the reply of leaf {}", leaf));
  }
  return leaf;
}

void FanOutClient::expect_quiet() {
  std::array<std::byte, 1> room;
  const Moved moved = client_.receive_some(room);
  if (moved.bytes > 0) throw Error("the cell sent more than the answers to what it was asked");
  if (moved.end != End::none) throw Error("the cell ended the connection");
}

}  // namespace ringside::test
