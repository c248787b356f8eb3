#include "harness/measure/kernel_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/measure/fake_root.hpp"

namespace ringside {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(KernelText, ReadsAFileWithoutTheWhiteSpaceAtItsEnd) {
  FakeRoot root;
  root.add("/proc/a", " 1 2\n\n");
  EXPECT_EQ(*read_text(root.path() / "proc/a"), " 1 2");
}

TEST(KernelText, ReadsMoreThanOnePiece) {
  FakeRoot root;
  root.add("/proc/a", std::string(10'000, 'x'));
  EXPECT_EQ(read_text(root.path() / "proc/a")->size(), 10'000u);
}

TEST(KernelText, SaysWhyAFileCannotBeRead) {
  const auto text = read_text("/proc/there/is/no/such/file");
  ASSERT_FALSE(text);
  EXPECT_THAT(text.reason, HasSubstr("/proc/there/is/no/such/file: No such file"));
  EXPECT_FALSE(read_text("/proc"));
}

TEST(KernelText, SplitsLinesAndWords) {
  EXPECT_THAT(lines("a b\n\nc\n"), ElementsAre("a b", "c"));
  EXPECT_THAT(words(" a\t b\nc "), ElementsAre("a", "b", "c"));
  EXPECT_THAT(words(""), ElementsAre());
}

TEST(KernelText, FindsAField) {
  const std::string_view status = "Name:\tcat\nThreads:\t12\nflags\t\t: fpu vme\n";
  EXPECT_EQ(field(status, "Threads"), "12");
  EXPECT_EQ(field(status, "flags"), "fpu vme");
  EXPECT_EQ(field(status, "Thread"), std::nullopt);
}

TEST(KernelText, TakesNumbersWholeOrNotAtAll) {
  EXPECT_EQ(to_number<int>("12"), 12);
  EXPECT_EQ(to_number<int>("-1"), -1);
  EXPECT_EQ(to_number<int>("12 "), std::nullopt);
  EXPECT_EQ(to_number<int>(""), std::nullopt);
  EXPECT_EQ(to_number<int>("99999999999"), std::nullopt);
}

TEST(KernelText, SaysWhatWasThereInsteadOfANumber) {
  FakeRoot root;
  root.add("/sys/n", "many\n");
  const auto number = read_number<int>(root.path() / "sys/n");
  ASSERT_FALSE(number);
  EXPECT_THAT(number.reason, HasSubstr("'many'"));
}

}  // namespace
}  // namespace ringside
