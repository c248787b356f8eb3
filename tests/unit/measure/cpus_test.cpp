#include "harness/measure/cpus.hpp"

#include <sched.h>

#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;

std::string message_of(std::string_view list) {
  try {
    CpuSet::parse(list);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(CpuSet, ParsesTheKernelsListFormat) {
  EXPECT_EQ(CpuSet::parse("0-3,5"), (CpuSet{0, 1, 2, 3, 5}));
  EXPECT_EQ(CpuSet::parse("7"), CpuSet{7});
  EXPECT_EQ(CpuSet::parse(" 4 , 2-2 "), (CpuSet{2, 4}));
  EXPECT_EQ(CpuSet::parse("1,0-2,1"), (CpuSet{0, 1, 2}));
}

TEST(CpuSet, PrintsTheShortestList) {
  EXPECT_EQ(to_string(CpuSet{5, 0, 1, 2, 3}), "0-3,5");
  EXPECT_EQ(to_string(CpuSet{0, 2, 4}), "0,2,4");
  EXPECT_EQ(to_string(CpuSet{}), "none");
  const std::string list = "0-3,5,8191";
  EXPECT_EQ(to_string(CpuSet::parse(list)), list);
}

TEST(CpuSet, SaysWhatIsWrongWithAList) {
  EXPECT_THAT(message_of(""), HasSubstr("a number is missing"));
  EXPECT_THAT(message_of("1,,2"), HasSubstr("a number is missing"));
  EXPECT_THAT(message_of("1,"), HasSubstr("a number is missing"));
  EXPECT_THAT(message_of("all"), HasSubstr("'all' is no CPU number"));
  EXPECT_THAT(message_of("3-"), HasSubstr("'' is no CPU number"));
  EXPECT_THAT(message_of("-3"), HasSubstr("'-3' is no CPU number"));
  EXPECT_THAT(message_of("1-2-3"), HasSubstr("'2-3' is no CPU number"));
  EXPECT_THAT(message_of("0,3-1"), HasSubstr("'3-1' is not a list of CPUs: the range runs back"));
  EXPECT_THAT(message_of("0-4000000"), HasSubstr("the highest is 8191"));
}

TEST(CpuSet, RefusesWhatIsNotAllowed) {
  EXPECT_NO_THROW(require_allowed(CpuSet{0}, CpuSet{0, 1}, "--load-cpus"));
  try {
    require_allowed(CpuSet{1, 6, 7}, CpuSet{0, 1}, "--load-cpus");
    FAIL() << "CPUs 6 and 7 were accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("--load-cpus asks for CPU 6-7"));
    EXPECT_EQ(error.mend(), "choose among CPUs 0-1");
  }
}

TEST(CpuSet, CombinesSets) {
  const CpuSet low{0, 1, 2};
  const CpuSet high{2, 3};
  EXPECT_EQ(low.united(high), (CpuSet{0, 1, 2, 3}));
  EXPECT_EQ(low.common(high), CpuSet{2});
  EXPECT_EQ(low.without(high), (CpuSet{0, 1}));
  EXPECT_TRUE(low.contains(1));
  EXPECT_FALSE(low.contains(3));
}

TEST(Pinning, BindsTheCallingThreadOnly) {
  const CpuSet before = CpuSet::allowed();
  ASSERT_FALSE(before.empty());
  const CpuSet one{before.front()};
  std::jthread([&] {
    pin_this_thread(one);
    EXPECT_EQ(CpuSet::allowed(), one);
    EXPECT_EQ(::sched_getcpu(), one.front());
  }).join();
  EXPECT_EQ(CpuSet::allowed(), before);
}

TEST(Pinning, SaysWhenACpuDoesNotExist) {
  EXPECT_THROW(pin_this_thread(CpuSet{8191}), Error);
  EXPECT_THROW(pin_this_thread(CpuSet{}), Error);
}

}  // namespace
}  // namespace ringside
