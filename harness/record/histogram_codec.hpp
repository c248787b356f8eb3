// A histogram as one line of text that HdrHistogram's own tools read.
#pragma once

#include <string>
#include <string_view>

namespace ringside {

class StoredHistogram;

/// The histogram in HdrHistogram's "V2 compressed" encoding, base64: big-endian cookie 0x1c849314
/// and length, then zlib of the V2 header and of the counts as ZigZag LEB128, a run of n > 1 empty
/// buckets as -n. Source: AbstractHistogram.encodeIntoCompressedByteBuffer of hdrhistogram.org.
std::string encode_histogram(const StoredHistogram& histogram);

/// Reads such a line back; min, max and mean are then those of the buckets. Throws Error when it is
/// damaged or has another layout than Histogram's (lowest 1, 3 digits). Whatever the text says, no
/// more memory is taken than Histogram's own layout needs, plus that of the text itself.
StoredHistogram decode_histogram(std::string_view text);

}  // namespace ringside
