#include "scenarios/fan_out/wire.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <random>

#include "backends/tasks/fan_out.hpp"
#include "scenarios/fan_out/mix.hpp"
#include "scenarios/fan_out/params.hpp"

namespace ringside {

namespace {

// A prime, and small enough that the block stays in the first-level cache.
constexpr std::size_t period = 4093;

std::uint64_t checksum(const ReplyHeader& header) noexcept {
  std::uint64_t sum = mix(header.request_id);
  sum = mix(sum ^ (std::uint64_t{header.leaf} << 32 | header.request_fault));
  sum = mix(sum ^ static_cast<std::uint64_t>(header.delay_ns));
  sum = mix(sum ^ static_cast<std::uint64_t>(header.received_ns));
  return mix(sum ^ static_cast<std::uint64_t>(header.sent_ns));
}

std::uint64_t filler_key(const ReplyHeader& header) noexcept {
  return mix(header.request_id) ^ (header.leaf + 1);
}

}  // namespace

Wire::Wire(const FanOutParams& params, std::uint64_t seed)
    : request_bytes_(params.request_bytes),
      reply_bytes_(params.reply_bytes),
      block_(period + std::max(request_bytes_, reply_bytes_)) {
  std::mt19937_64 random(seed);
  for (std::size_t at = 0; at < period; ++at) block_[at] = static_cast<std::byte>(random() & 0xff);
  for (std::size_t at = period; at < block_.size(); ++at) block_[at] = block_[at - period];
}

void Wire::write_request(std::uint64_t id, std::span<std::byte> to) const noexcept {
  assert(to.size() == request_bytes_);
  std::memcpy(to.data(), &id, sizeof id);
  const auto rest = to.subspan(request_header_bytes);
  std::ranges::copy(filler(id, rest.size()), rest.begin());
}

std::uint32_t Wire::request_fault(std::span<const std::byte> request) const noexcept {
  const auto rest = request.subspan(request_header_bytes);
  const auto right = filler(message_id(request), rest.size());
  if (std::memcmp(rest.data(), right.data(), rest.size()) == 0) return 0;
  const auto wrong = std::ranges::mismatch(rest, right).in1 - rest.begin();
  return static_cast<std::uint32_t>(request_header_bytes + static_cast<std::size_t>(wrong) + 1);
}

void Wire::write_reply(ReplyHeader header, std::span<std::byte> to) const noexcept {
  assert(to.size() == reply_bytes_);
  header.checksum = checksum(header);
  std::memcpy(to.data(), &header, sizeof header);
  const auto rest = to.subspan(reply_header_bytes);
  std::ranges::copy(filler(filler_key(header), rest.size()), rest.begin());
}

ReplyHeader Wire::read_header(std::span<const std::byte> reply) noexcept {
  ReplyHeader header;
  std::memcpy(&header, reply.data(), sizeof header);
  return header;
}

bool Wire::is_whole(const ReplyHeader& header) noexcept {
  return header.checksum == checksum(header);
}

std::size_t Wire::first_wrong_filler(const ReplyHeader& header,
                                     std::span<const std::byte> reply) const noexcept {
  const auto rest = reply.subspan(reply_header_bytes);
  const auto right = filler(filler_key(header), rest.size());
  if (std::memcmp(rest.data(), right.data(), rest.size()) == 0) return reply.size();
  return reply_header_bytes +
         static_cast<std::size_t>(std::ranges::mismatch(rest, right).in1 - rest.begin());
}

std::span<const std::byte> Wire::filler(std::uint64_t key, std::size_t length) const noexcept {
  return std::span(block_).subspan(mix(key) % period, length);
}

}  // namespace ringside
