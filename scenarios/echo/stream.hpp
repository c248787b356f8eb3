// The bytes that the echo load sends, and by which it knows what must come back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ringside {

/// An endless stream of bytes that repeats a random block. Every piece of it lies in one stretch of
/// memory, so that sending needs no building and checking is one comparison. The period is a prime
/// small enough to stay in the first-level cache: messages of any usual size start at ever new
/// places, and one that is lost, repeated or swapped shows as a difference.
class EchoStream {
 public:
  static constexpr std::size_t period = 4093;
  static constexpr std::size_t longest_piece = std::size_t{64} << 10;

  explicit EchoStream(std::uint64_t seed);

  /// `length` bytes from position `at` of the stream; `at` < period, `length` <= longest_piece.
  std::span<const std::byte> piece(std::size_t at, std::size_t length) const noexcept {
    return std::span(bytes_).subspan(at, length);
  }

  /// The position `length` bytes after `at`.
  static std::size_t advance(std::size_t at, std::size_t length) noexcept {
    at += length;
    return at < period ? at : at % period;
  }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace ringside
