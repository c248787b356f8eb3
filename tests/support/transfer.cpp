#include "tests/support/transfer.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "base/error.hpp"
#include "tests/support/process.hpp"

namespace ringside::test {

namespace {

constexpr std::chrono::milliseconds stalled{100};

pollfd interest(const Transfer& transfer) {
  const int events = transfer.all_sent() ? POLLIN : POLLIN | POLLOUT;
  return {.fd = transfer.complete() ? -1 : transfer.client().fd(),
          .events = static_cast<short>(events),
          .revents = 0};
}

pollfd sending_interest(const Transfer& transfer) {
  return {.fd = transfer.all_sent() ? -1 : transfer.client().fd(), .events = POLLOUT, .revents = 0};
}

void wait_for_any(std::span<const Transfer> transfers) {
  std::vector<pollfd> waiting(transfers.size());
  std::ranges::transform(transfers, waiting.begin(), interest);
  const auto timeout = std::chrono::milliseconds(patience).count();
  if (check(::poll(waiting.data(), waiting.size(), static_cast<int>(timeout)), "poll") > 0) return;
  const auto stuck = std::ranges::find_if_not(transfers, &Transfer::complete);
  throw Error(fmt::format("nothing moved in time; {} bytes were sent and {} came back",
                          stuck->sent(), stuck->received()));
}

void check_bytes(std::span<const std::byte> received, std::span<const std::byte> expected,
                 std::size_t offset) {
  if (std::memcmp(received.data(), expected.data(), received.size()) == 0) return;
  const auto wrong = std::ranges::mismatch(received, expected);
  throw Error(fmt::format("byte {} came back as {:#04x} instead of {:#04x}",
                          offset + static_cast<std::size_t>(wrong.in1 - received.begin()),
                          std::to_integer<unsigned>(*wrong.in1),
                          std::to_integer<unsigned>(*wrong.in2)));
}

}  // namespace

Bytes random_bytes(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Bytes bytes(count);
  for (std::size_t done = 0; done < count; done += sizeof(std::uint64_t)) {
    const std::uint64_t word = random();
    std::memcpy(&bytes[done], &word, std::min(sizeof word, count - done));
  }
  return bytes;
}

Transfer::Transfer(Client& client, std::span<const std::byte> stream, AfterSending after)
    : client_(&client), stream_(stream), after_(after) {}

bool Transfer::send_some(std::size_t limit) {
  if (all_sent()) return false;
  const auto unsent = stream_.subspan(sent_);
  const Moved moved = client_->send_some(unsent.first(std::min(limit, unsent.size())));
  if (moved.end != End::none) {
    throw Error(fmt::format("the server reset the connection after {} bytes", sent_));
  }
  sent_ += moved.bytes;
  if (all_sent() && after_ == AfterSending::finish) client_->finish_sending();
  return moved.bytes > 0;
}

bool Transfer::receive_some(std::size_t limit) {
  if (complete()) return false;
  std::array<std::byte, 65536> room;
  const Moved moved = client_->receive_some(std::span(room).first(std::min(limit, room.size())));
  if (moved.end != End::none) {
    throw Error(fmt::format("the server ended the connection after {} of {} bytes", received_,
                            stream_.size()));
  }
  if (received_ + moved.bytes > sent_) {
    throw Error(fmt::format("{} bytes came back of {} sent", received_ + moved.bytes, sent_));
  }
  check_bytes(std::span(room).first(moved.bytes), stream_.subspan(received_), received_);
  received_ += moved.bytes;
  return moved.bytes > 0;
}

void fill(std::span<Transfer> transfers) {
  std::vector<pollfd> waiting(transfers.size());
  while (true) {
    for (Transfer& transfer : transfers) {
      while (transfer.send_some()) continue;
    }
    if (std::ranges::all_of(transfers, &Transfer::all_sent)) return;
    std::ranges::transform(transfers, waiting.begin(), sending_interest);
    const int ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(stalled.count()));
    if (check(ready, "poll") == 0) return;
  }
}

void complete(std::span<Transfer> transfers, const ReadingPace& pace) {
  while (!std::ranges::all_of(transfers, &Transfer::complete)) {
    bool moved = false;
    for (Transfer& transfer : transfers) {
      moved |= transfer.send_some();
      moved |= transfer.receive_some(pace.bytes);
    }
    if (!moved) wait_for_any(transfers);
    if (pace.pause.count() > 0) std::this_thread::sleep_for(pace.pause);
  }
}

void echo(Client& client, std::span<const std::byte> stream) {
  Transfer transfer(client, stream);
  complete(std::span(&transfer, 1));
}

}  // namespace ringside::test
