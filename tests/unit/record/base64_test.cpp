#include "harness/record/base64.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ringside {
namespace {

std::vector<std::uint8_t> bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

// The vectors of RFC 4648, section 10.
TEST(Base64, MatchesTheStandardsVectors) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(base64_encode(bytes(plain)), encoded);
    EXPECT_EQ(base64_decode(encoded), bytes(plain));
  }
}

TEST(Base64, CoversEveryByte) {
  std::vector<std::uint8_t> all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(base64_decode(base64_encode(all)), all);
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const char* text : {"Z", "Zg=", "Zg=a", "=Zg=", "====", "Zm9\n", "Zm 9", "Zm9\x80"}) {
    EXPECT_THROW(base64_decode(text), Error) << text;
  }
}

}  // namespace
}  // namespace ringside
