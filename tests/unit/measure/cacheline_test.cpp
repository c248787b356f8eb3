#include "harness/measure/cacheline.hpp"

#include <unistd.h>

#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/measure/cpus.hpp"
#include "harness/measure/process.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;

TEST(Cacheline, TakesTimeBetweenTwoCpus) {
  const CpuSet allowed = CpuSet::allowed();
  if (allowed.size() < 2) GTEST_SKIP() << "one CPU only";
  const auto one_way = cacheline_one_way_ns(allowed.front(), *std::next(allowed.begin()));
  if (!one_way) GTEST_SKIP() << one_way.reason;
  EXPECT_GT(*one_way, 0.0);
}

TEST(Cacheline, LeavesNoThreadAndNoPinningBehind) {
  const CpuSet allowed = CpuSet::allowed();
  if (allowed.size() < 2) GTEST_SKIP() << "one CPU only";
  const std::size_t threads = read_tasks(::getpid())->size();
  cacheline_one_way_ns(allowed.front(), *std::next(allowed.begin()));
  EXPECT_EQ(CpuSet::allowed(), allowed);
  EXPECT_EQ(read_tasks(::getpid())->size(), threads);
}

TEST(Cacheline, NeedsTwoCpus) {
  EXPECT_THAT(cacheline_one_way_ns(0, 0).reason, HasSubstr("both sides run on CPU 0"));
}

TEST(Cacheline, SaysThatACpuIsNotThere) {
  const int first = CpuSet::allowed().front();
  EXPECT_THAT(cacheline_one_way_ns(first, 8191).reason, HasSubstr("cannot pin to CPUs 8191"));
  EXPECT_THAT(cacheline_one_way_ns(8191, first).reason, HasSubstr("cannot pin to CPUs 8191"));
}

}  // namespace
}  // namespace ringside
