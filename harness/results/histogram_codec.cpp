#include "harness/results/histogram_codec.hpp"

#include <zlib.h>

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/measure/histogram.hpp"
#include "harness/results/base64.hpp"

namespace ringside {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t compressed_cookie = 0x1c849314;
constexpr std::uint32_t plain_cookie = 0x1c849313;
constexpr std::size_t envelope_bytes = 8;
constexpr std::size_t header_bytes = 40;
constexpr std::size_t longest_count_bytes = 9;
// More operations than that no run can have; sums of a few histograms' counts stay far from 2^64.
constexpr std::uint64_t greatest_count = std::uint64_t{1} << 48;

[[noreturn]] void reject(std::string_view why) {
  throw Error(fmt::format("histogram: {}", why));
}

template <typename Unsigned>
void put_big_endian(Bytes& out, Unsigned value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift & 0xff));
  }
}

// Nine bytes at most: the ninth carries 8 bits, so that 64 fit.
void put_zigzag(Bytes& out, std::int64_t value) {
  auto rest = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  for (std::size_t i = 0; i + 1 < longest_count_bytes; ++i) {
    if (rest < 0x80) break;
    out.push_back(static_cast<std::uint8_t>((rest & 0x7f) | 0x80));
    rest >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(rest));
}

/// Reads what the two functions above have written; every read past the end is refused.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  bool at_end() const noexcept { return rest_.empty(); }
  std::span<const std::uint8_t> rest() const noexcept { return rest_; }

  std::uint8_t byte() {
    if (rest_.empty()) reject("it ends in the middle");
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

  std::int64_t zigzag() {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < longest_count_bytes; ++i) {
      const std::uint64_t next = byte();
      const bool last = i + 1 == longest_count_bytes;
      value |= (last ? next : next & 0x7f) << (7 * i);
      if (next < 0x80) break;
    }
    return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
  }

 private:
  std::span<const std::uint8_t> rest_;
};

Bytes encode_counts(std::span<const std::uint64_t> counts) {
  while (!counts.empty() && counts.back() == 0) counts = counts.first(counts.size() - 1);
  Bytes out;
  for (std::size_t at = 0; at < counts.size();) {
    std::size_t zeros = 0;
    while (at + zeros < counts.size() && counts[at + zeros] == 0) ++zeros;
    if (zeros > 1) {
      put_zigzag(out, -static_cast<std::int64_t>(zeros));
      at += zeros;
    } else {
      put_zigzag(out, static_cast<std::int64_t>(counts[at++]));
    }
  }
  return out;
}

std::vector<std::uint64_t> decode_counts(Reader reader, std::size_t length) {
  std::vector<std::uint64_t> counts(length, 0);
  std::size_t at = 0;
  std::uint64_t total = 0;
  while (!reader.at_end()) {
    const std::int64_t value = reader.zigzag();
    if (value < 0) {
      const std::uint64_t zeros = ~static_cast<std::uint64_t>(value) + 1;
      if (zeros > length - at) reject("more buckets than the layout has");
      at += static_cast<std::size_t>(zeros);
      continue;
    }
    if (at == length) reject("more buckets than the layout has");
    const auto count = static_cast<std::uint64_t>(value);
    if (count > greatest_count - total) reject("more samples than any run can have");
    total += count;
    counts[at++] = count;
  }
  return counts;
}

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
  Bytes plain(limit);
  const int status = ::uncompress(plain.data(), &length, packed.data(), packed.size());
  if (status == Z_MEM_ERROR) throw Error("histogram: out of memory");
  if (status == Z_BUF_ERROR) reject("it is truncated, or longer than the layout allows");
  if (status != Z_OK) reject("its compressed part is damaged");
  plain.resize(length);
  return plain;
}

}  // namespace

std::string encode_histogram(const Histogram& histogram) {
  const Bytes counts = encode_counts(histogram.counts());
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

Histogram decode_histogram(std::string_view text) {
  const Bytes envelope = base64_decode(text);
  if (envelope.size() < envelope_bytes) reject("it is too short");
  Reader outer(envelope);
  if (outer.big_endian<std::uint32_t>() != compressed_cookie) reject("not a V2 compressed one");
  if (outer.big_endian<std::uint32_t>() != outer.rest().size()) reject("its length is wrong");

  const std::size_t buckets = Histogram::length();
  const Bytes plain = inflate_bytes(outer.rest(), header_bytes + buckets * longest_count_bytes);
  Reader inner(plain);
  if (inner.big_endian<std::uint32_t>() != plain_cookie) reject("not a V2 one inside");
  const auto counts_bytes = inner.big_endian<std::uint32_t>();
  // Not judged: hdr-histogram-js writes 1 where the Java original has 0 (an index offset, which a
  // recorded histogram does not have) and other bits where it has 1.0 (a ratio for doubles).
  inner.big_endian<std::uint32_t>();
  const auto digits = inner.big_endian<std::uint32_t>();
  const auto lowest = inner.big_endian<std::uint64_t>();
  inner.big_endian<std::uint64_t>();  // the highest duration only limits how many counts may follow
  inner.big_endian<std::uint64_t>();
  if (digits != Histogram::significant_digits || lowest != Histogram::lowest_ns) {
    reject("another layout than 1 ns with 3 significant digits");
  }
  if (counts_bytes != inner.rest().size()) reject("its inner length is wrong");
  return Histogram::from_counts(decode_counts(inner, buckets));
}

}  // namespace ringside
