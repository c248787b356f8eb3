// What goes over the wire between load, backend and leaves, and how each byte of it is known.
//
// A request is eight bytes of identity, then filler. A reply is a ReplyHeader, then filler. Filler
// is a piece of a random block, at a place that follows from the identity (and the leaf), so that
// both ends make and check it by one copy or comparison, and bytes of one message are taken for
// those of another by accident once in thousands.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ringside {

struct FanOutParams;

inline constexpr std::size_t request_header_bytes = 8;

/// The beginning of a reply, as it lies in memory: leaves and load are one machine. Times are of
/// CLOCK_MONOTONIC, which is the same for all processes.
struct ReplyHeader {
  std::uint64_t request_id = 0;
  std::uint32_t leaf = 0;           ///< from 0
  std::uint32_t request_fault = 0;  ///< 0: the leaf got the request as it was sent; see Wire
  std::int64_t delay_ns = 0;        ///< that the leaf injected
  std::int64_t received_ns = 0;     ///< when the leaf had the whole request
  std::int64_t sent_ns = 0;         ///< just before the leaf sent this
  std::uint64_t checksum = 0;       ///< of the members above

  bool operator==(const ReplyHeader&) const = default;
};

inline constexpr std::size_t reply_header_bytes = sizeof(ReplyHeader);
static_assert(reply_header_bytes == 48, "no padding: every byte on the wire is somebody's");

/// A request's identity: unique in a round for each backend, and the same sequence for every
/// backend. `sequence` counts from 1 on each connection.
constexpr std::uint64_t request_id(std::size_t connection, std::uint64_t sequence) noexcept {
  return std::uint64_t{connection} << 40 | sequence;
}
constexpr std::size_t connection_of(std::uint64_t id) noexcept {
  return id >> 40;
}
constexpr std::uint64_t sequence_of(std::uint64_t id) noexcept {
  return id & ((std::uint64_t{1} << 40) - 1);
}

/// A point of CLOCK_MONOTONIC as it stands in a header.
inline std::int64_t to_wire(std::chrono::steady_clock::time_point time) noexcept {
  return std::chrono::nanoseconds(time.time_since_epoch()).count();
}

/// Makes and checks messages of one round. A constant after construction: threads may share it.
class Wire {
 public:
  Wire(const FanOutParams& params, std::uint64_t seed);

  std::size_t request_bytes() const noexcept { return request_bytes_; }
  std::size_t reply_bytes() const noexcept { return reply_bytes_; }

  /// `to` has request_bytes.
  void write_request(std::uint64_t id, std::span<std::byte> to) const noexcept;

  /// Where a request differs from the one with its identity: 1 + the offset of the first wrong
  /// byte, 0 when all is right.
  std::uint32_t request_fault(std::span<const std::byte> request) const noexcept;

  /// `to` has reply_bytes. The checksum is put in here.
  void write_reply(ReplyHeader header, std::span<std::byte> to) const noexcept;

  /// The header of a reply, whatever it says.
  static ReplyHeader read_header(std::span<const std::byte> reply) noexcept;

  /// Whether the header is one that write_reply has written.
  static bool is_whole(const ReplyHeader& header) noexcept;

  /// The offset of the first byte of filler that does not belong to the header; reply_bytes when
  /// all is right.
  std::size_t first_wrong_filler(const ReplyHeader& header,
                                 std::span<const std::byte> reply) const noexcept;

 private:
  std::span<const std::byte> filler(std::uint64_t key, std::size_t length) const noexcept;

  std::size_t request_bytes_, reply_bytes_;
  std::vector<std::byte> block_;  // repeats itself, so that every piece lies in one stretch
};

}  // namespace ringside
