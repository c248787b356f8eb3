#include "base/path_json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ringside {
namespace {

TEST(PathJson, KeepsEveryByte) {
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& bytes : {std::string("/tmp/a"), std::string("/tmp/\xc3\xa4"),
                                   std::string("/tmp/\xff"), std::string("/\xc3"), all}) {
    const Json written = Json::parse(path_to_json(bytes).dump());  // strict in both directions
    EXPECT_EQ(path_from_json(written).native(), bytes);
  }
}

TEST(PathJson, IsAStringWhereItCanBe) {
  // So that builds that know nothing of it understand it.
  EXPECT_EQ(path_to_json("/tmp/a"), Json("/tmp/a"));
}

}  // namespace
}  // namespace ringside
