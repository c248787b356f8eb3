#include "harness/record/histogram_codec.hpp"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "harness/record/base64.hpp"
#include "harness/record/stored_histogram.hpp"

namespace ringside {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t compressed_cookie = 0x1c849314;
constexpr std::uint32_t plain_cookie = 0x1c849313;
constexpr std::size_t envelope_bytes = 8;
constexpr std::size_t header_bytes = 40;
template <typename Unsigned>
void put_big_endian(Bytes& out, Unsigned value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift & 0xff));
  }
}

/// Reads what put_big_endian has written; every read past the end is refused.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  std::span<const std::uint8_t> rest() const noexcept { return rest_; }

  std::uint8_t byte() {
    if (rest_.empty()) reject_histogram("it ends in the middle");
    const std::uint8_t first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }

  template <typename Unsigned>
  Unsigned big_endian() {
    Unsigned value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) value = value << 8 | byte();
    return value;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

Bytes deflate_bytes(const Bytes& plain) {
  uLongf length = ::compressBound(plain.size());
  Bytes packed(length);
  const int status = ::compress(packed.data(), &length, plain.data(), plain.size());
  assert(status == Z_OK);
  packed.resize(length);
  return packed;
}

Bytes inflate_bytes(std::span<const std::uint8_t> packed, std::size_t limit) {
  uLongf length = limit;
  // Not filled with zeros: nearly all of it stays unused.
  const auto plain = std::make_unique_for_overwrite<std::uint8_t[]>(limit);
  const int status = ::uncompress(plain.get(), &length, packed.data(), packed.size());
  if (status == Z_MEM_ERROR) throw Error("histogram: out of memory");
  if (status == Z_BUF_ERROR)
    reject_histogram("it is truncated, or longer than the layout or its packed length allow");
  if (status != Z_OK) reject_histogram("its compressed part is damaged");
  return {plain.get(), plain.get() + length};
}

}  // namespace

std::string encode_histogram(const StoredHistogram& histogram) {
  const std::span<const std::uint8_t> counts = histogram.v2_counts();
  Bytes plain;
  put_big_endian(plain, plain_cookie);
  put_big_endian(plain, static_cast<std::uint32_t>(counts.size()));
  put_big_endian(plain, std::uint32_t{0});  // normalizing index offset
  put_big_endian(plain, std::uint32_t{Histogram::significant_digits});
  put_big_endian(plain, static_cast<std::uint64_t>(Histogram::lowest_ns));
  put_big_endian(plain, static_cast<std::uint64_t>(Histogram::highest_ns));
  put_big_endian(plain, std::bit_cast<std::uint64_t>(1.0));  // integer to double conversion ratio
  plain.insert(plain.end(), counts.begin(), counts.end());

  const Bytes packed = deflate_bytes(plain);
  Bytes envelope;
  put_big_endian(envelope, compressed_cookie);
  put_big_endian(envelope, static_cast<std::uint32_t>(packed.size()));
  envelope.insert(envelope.end(), packed.begin(), packed.end());
  return base64_encode(envelope);
}

StoredHistogram decode_histogram(std::string_view text) {
  const Bytes envelope = base64_decode(text);
  if (envelope.size() < envelope_bytes) reject_histogram("it is too short");
  Reader outer(envelope);
  if (outer.big_endian<std::uint32_t>() != compressed_cookie)
    reject_histogram("not a V2 compressed one");
  if (outer.big_endian<std::uint32_t>() != outer.rest().size())
    reject_histogram("its length is wrong");

  // Real ones grow to less than three times. What grows far more was made to take memory.
  const std::size_t most_counts_bytes =
      std::min(Histogram::length() * StoredHistogram::longest_count_bytes,
               std::max<std::size_t>(4096, 16 * envelope.size()));
  const Bytes plain = inflate_bytes(outer.rest(), header_bytes + most_counts_bytes);
  Reader inner(plain);
  if (inner.big_endian<std::uint32_t>() != plain_cookie) reject_histogram("not a V2 one inside");
  const auto counts_bytes = inner.big_endian<std::uint32_t>();
  // Not judged: hdr-histogram-js writes 1 where the Java original has 0 (an index offset, which a
  // recorded histogram does not have) and other bits where it has 1.0 (a ratio for doubles).
  inner.big_endian<std::uint32_t>();
  const auto digits = inner.big_endian<std::uint32_t>();
  const auto lowest = inner.big_endian<std::uint64_t>();
  inner.big_endian<std::uint64_t>();  // the highest duration only limits how many counts may follow
  inner.big_endian<std::uint64_t>();
  if (digits != Histogram::significant_digits || lowest != Histogram::lowest_ns) {
    reject_histogram("another layout than 1 ns with 3 significant digits");
  }
  if (counts_bytes != inner.rest().size()) reject_histogram("its inner length is wrong");
  return StoredHistogram::from_v2_counts({inner.rest().begin(), inner.rest().end()});
}

}  // namespace ringside
