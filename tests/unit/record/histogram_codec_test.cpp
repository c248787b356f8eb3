#include "harness/record/histogram_codec.hpp"

#include <zlib.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/histogram.hpp"
#include "harness/record/base64.hpp"
#include "harness/record/stored_histogram.hpp"

namespace ringside {
namespace {

using std::chrono::nanoseconds;

// As hdr-histogram-js 3.0 (npm) encodes 1 x 0, 2 x 1, 3 x 2047, 4 x 2048, 1 x 2049, 100000 x 12345,
// 7 x 1000000, 1 x 1234567890 and 2 x 59999999999 ns, lowest 1, highest 60e9, 3 digits.
constexpr const char* foreign =
    "HISTFAAAADl4nJNpmSzMwMAgysDAwMjAwMDMAAEgNu8P9wgGGJ+J5ac8G1e3xoFZPBvT+N4uZmQ6HMkCANDrCiU=";
constexpr const char* foreign_empty = "HISTFAAAAB14nJNpmSzMwMDACMXMDBAAYvP+cI9ggPMBR4gC8g==";

Histogram sample() {
  Histogram histogram;
  const std::pair<std::int64_t, int> recorded[] = {
      {0, 1},          {1, 2},       {2047, 3},       {2048, 4},        {2049, 1},
      {12345, 100000}, {1000000, 7}, {1234567890, 1}, {59999999999, 2},
  };
  for (const auto& [value, times] : recorded) {
    for (int i = 0; i < times; ++i) histogram.record(nanoseconds(value));
  }
  return histogram;
}

TEST(HistogramCodec, ReadsWhatAnotherImplementationWrote) {
  const Histogram decoded = decode_histogram(foreign).unpack();
  EXPECT_TRUE(std::ranges::equal(decoded.counts(), sample().counts()));
  EXPECT_EQ(decoded.count(), 100021u);
  EXPECT_EQ(decoded.at_percentile(50).count(), 12351);
  EXPECT_EQ(decode_histogram(foreign_empty).count(), 0u);
}

TEST(HistogramCodec, WritesWhatItReads) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> latency(10, 3);
  Histogram histogram;
  for (int i = 0; i < 100'000; ++i) {
    histogram.record(nanoseconds(static_cast<std::int64_t>(latency(random))));
  }
  for (const Histogram& one : {histogram, sample(), Histogram()}) {
    const Histogram decoded = decode_histogram(encode_histogram(one)).unpack();
    EXPECT_TRUE(std::ranges::equal(decoded.counts(), one.counts()));
    EXPECT_EQ(decoded.count(), one.count());
  }
}

// A few hundred bytes of text that stand for every bucket are no measurement.
TEST(HistogramCodec, WhatUnpacksToFarMoreThanItsTextIsRefused) {
  std::vector<std::uint64_t> counts(Histogram::length(), 1);
  const std::string text = encode_histogram(Histogram::from_counts(counts));
  EXPECT_LT(text.size(), 500u);
  EXPECT_THROW(decode_histogram(text), Error);
}

TEST(StoredHistogram, SaysWhatTheHistogramSays) {
  std::mt19937_64 random(3);
  std::lognormal_distribution<double> latency(12, 2);
  Histogram histogram;
  for (int i = 0; i < 3000; ++i) {
    histogram.record(nanoseconds(static_cast<std::int64_t>(latency(random))));
  }
  for (const Histogram& one : {histogram, sample(), Histogram()}) {
    const StoredHistogram stored = one;
    EXPECT_EQ(stored.count(), one.count());
    EXPECT_EQ(stored.min(), one.min());
    EXPECT_EQ(stored.max(), one.max());
    EXPECT_EQ(stored.mean(), one.mean());
    for (const double percentile : {0.0, 0.1, 50.0, 90.0, 99.0, 99.9, 100.0}) {
      EXPECT_EQ(stored.at_percentile(percentile), one.at_percentile(percentile)) << percentile;
      EXPECT_EQ(stored.supported_percentile(percentile), one.supported_percentile(percentile));
    }
    EXPECT_TRUE(std::ranges::equal(stored.unpack().counts(), one.counts()));
  }
}

TEST(StoredHistogram, TakesLittleOfWhatAHistogramTakes) {
  Histogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.record(nanoseconds(50'000'000 + 20'000 * i));
  EXPECT_LT(StoredHistogram(histogram).v2_counts().size(), histogram.counts().size_bytes() / 50);
}

/// The counts as they are encoded, without the headers around them.
std::vector<std::uint8_t> counts_inside(std::string_view text) {
  constexpr std::size_t envelope_bytes = 8;
  constexpr std::size_t header_bytes = 40;
  const std::vector<std::uint8_t> packed = base64_decode(text);
  std::vector<std::uint8_t> plain(100'000);
  uLongf length = plain.size();
  const int status = ::uncompress(plain.data(), &length, packed.data() + envelope_bytes,
                                  packed.size() - envelope_bytes);
  EXPECT_EQ(status, Z_OK);
  return {plain.begin() + header_bytes, plain.begin() + static_cast<std::ptrdiff_t>(length)};
}

TEST(HistogramCodec, WritesTheCountsByteByByteAsAnotherImplementationDoes) {
  EXPECT_EQ(counts_inside(encode_histogram(sample())), counts_inside(foreign));
}

TEST(HistogramCodec, EveryTruncationIsRefused) {
  const std::vector<std::uint8_t> whole = base64_decode(foreign);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(decode_histogram(base64_encode(std::span(whole).first(length))), Error) << length;
  }
}

TEST(HistogramCodec, NoDamageDoesMoreThanBeRefused) {
  std::mt19937 random(11);
  const std::vector<std::uint8_t> whole = base64_decode(foreign);
  int refused = 0;
  for (int attempt = 0; attempt < 5000; ++attempt) {
    std::vector<std::uint8_t> damaged = whole;
    damaged[random() % damaged.size()] ^= static_cast<std::uint8_t>(1 + random() % 255);
    try {
      decode_histogram(base64_encode(damaged));
    } catch (const Error&) {
      ++refused;
    }
  }
  // zlib's check sum sees nearly all; a flip in zlib's own level bits may go unseen.
  EXPECT_GT(refused, 4900);
}

// A 40 byte header and counts made by hand, packed with zlib's stored blocks so that the test needs
// no encoder of its own: the envelope is 8 bytes, zlib's header 2, a stored block's 5.
std::string packed_by_hand(std::vector<std::uint8_t> plain) {
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const std::uint8_t byte : plain) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  const auto length = static_cast<std::uint16_t>(plain.size());
  const auto low = [](unsigned value) { return static_cast<std::uint8_t>(value & 0xff); };
  std::vector<std::uint8_t> zlib = {0x78,
                                    0x01,
                                    0x01,
                                    low(length),
                                    low(length >> 8u),
                                    low(~unsigned{length}),
                                    low(~unsigned{length} >> 8u)};
  zlib.insert(zlib.end(), plain.begin(), plain.end());
  for (const std::uint32_t half : {b, a}) {
    zlib.push_back(low(half >> 8));
    zlib.push_back(low(half));
  }
  const auto total = static_cast<unsigned>(zlib.size());
  std::vector<std::uint8_t> envelope = {0x1c, 0x84, 0x93, 0x14, 0, 0, low(total >> 8), low(total)};
  envelope.insert(envelope.end(), zlib.begin(), zlib.end());
  return base64_encode(envelope);
}

std::vector<std::uint8_t> header(std::uint8_t counts_bytes, std::uint8_t digits = 3) {
  return {0x1c, 0x84, 0x93, 0x13, 0,    0,    0,    counts_bytes,
          0,    0,    0,    0,    0,    0,    0,    digits,
          0,    0,    0,    0,    0,    0,    0,    1,
          0,    0,    0,    0x0d, 0xf8, 0x47, 0x58, 0x00,
          0x3f, 0xf0, 0,    0,    0,    0,    0,    0};
}

std::string with_counts(std::vector<std::uint8_t> counts, std::uint8_t digits = 3) {
  std::vector<std::uint8_t> plain = header(static_cast<std::uint8_t>(counts.size()), digits);
  plain.insert(plain.end(), counts.begin(), counts.end());
  return packed_by_hand(plain);
}

TEST(HistogramCodec, ReadsZeroRunsAndSingleZeroes) {
  // 5, an empty bucket, 3, then -4 (four empty ones) and 1.
  const Histogram histogram = decode_histogram(with_counts({10, 0, 6, 7, 2})).unpack();
  EXPECT_EQ(histogram.counts()[0], 5u);
  EXPECT_EQ(histogram.counts()[2], 3u);
  EXPECT_EQ(histogram.counts()[7], 1u);
  EXPECT_EQ(histogram.count(), 9u);
}

TEST(HistogramCodec, RefusesImpossibleCounts) {
  const std::vector<std::uint8_t> longest_run(9, 0xff);
  EXPECT_THROW(decode_histogram(with_counts(longest_run)), Error);
  const std::vector<std::uint8_t> most_samples = {0xfe, 0xff, 0xff, 0xff, 0xff,
                                                  0xff, 0xff, 0xff, 0x7f};
  EXPECT_THROW(decode_histogram(with_counts(most_samples)), Error);
  EXPECT_THROW(decode_histogram(with_counts({0x80})), Error);
  // A run of 2^20 empty buckets: more than the layout has.
  EXPECT_THROW(decode_histogram(with_counts({0xff, 0xff, 0x7f, 2})), Error);
}

TEST(HistogramCodec, RefusesAnotherLayout) {
  EXPECT_NO_THROW(decode_histogram(with_counts({2})));
  EXPECT_THROW(decode_histogram(with_counts({2}, 2)), Error);
}

TEST(HistogramCodec, RefusesABombWithoutUnpackingIt) {
  // More bytes than its header says.
  std::vector<std::uint8_t> plain = header(0);
  plain.resize(65000, 0);
  EXPECT_THROW(decode_histogram(packed_by_hand(plain)), Error);
}

}  // namespace
}  // namespace ringside
