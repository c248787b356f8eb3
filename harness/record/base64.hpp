// Base64 as in RFC 4648, section 4: the one piece of the histogram's encoding that no library at
// hand offers as a public interface.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ringside {

/// The text for `bytes`, padded with '=', without line breaks.
std::string base64_encode(std::span<const std::uint8_t> bytes);

/// The bytes of `text`. Strict: throws Error for a length that is no multiple of 4, for a character
/// outside the alphabet and for padding anywhere but at the end.
std::vector<std::uint8_t> base64_decode(std::string_view text);

}  // namespace ringside
