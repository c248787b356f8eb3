#include "scenarios/echo/stream.hpp"

#include <random>

namespace ringside {

EchoStream::EchoStream(std::uint64_t seed) : bytes_(period + longest_piece) {
  std::mt19937_64 random(seed);
  for (std::size_t at = 0; at < period; ++at) bytes_[at] = static_cast<std::byte>(random() & 0xff);
  for (std::size_t at = period; at < bytes_.size(); ++at) bytes_[at] = bytes_[at - period];
}

}  // namespace ringside
