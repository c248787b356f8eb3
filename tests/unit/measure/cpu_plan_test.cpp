#include "harness/measure/cpu_plan.hpp"

#include <numeric>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ringside {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::nullopt_t open = std::nullopt;

/// CPU n of core c is c + n * cores, as Linux numbers them on most x86 machines.
Topology machine(int cores, int smt) {
  Topology topology;
  for (int core = 0; core < cores; ++core) {
    std::vector<int> cpus;
    for (int sibling = 0; sibling < smt; ++sibling) cpus.push_back(core + sibling * cores);
    topology.cores.push_back({.package = 0, .cpus = CpuSet(std::move(cpus))});
  }
  return topology;
}

CpuPlan choose(const Topology& topology, std::size_t threads, std::optional<CpuSet> backend = open,
               std::optional<CpuSet> load = open) {
  return choose_cpus(topology, topology.online(), threads, backend, load);
}

TEST(CpuPlan, OneCpuIsShared) {
  const CpuPlan plan = choose(machine(1, 1), 1);
  EXPECT_EQ(plan.backend, CpuSet{0});
  EXPECT_EQ(plan.load, CpuSet{0});
  EXPECT_THAT(plan.caveats, ElementsAre(HasSubstr("share CPU 0, the only one there is")));
}

TEST(CpuPlan, TwoCpusAreOneEach) {
  const CpuPlan plan = choose(machine(2, 1), 1);
  EXPECT_EQ(plan.backend, CpuSet{0});
  EXPECT_EQ(plan.load, CpuSet{1});
  EXPECT_THAT(plan.caveats, IsEmpty());
}

TEST(CpuPlan, BackendsGetAtMostHalfOfTheCores) {
  const CpuPlan plan = choose(machine(2, 1), 2);
  EXPECT_EQ(plan.backend, CpuSet{0});
  EXPECT_EQ(plan.load, CpuSet{1});
  EXPECT_THAT(plan.caveats, ElementsAre(HasSubstr("2 event-loop threads share 1 CPU")));
}

TEST(CpuPlan, LoadGetsAtMostFourTimesAsMany) {
  const CpuPlan plan = choose(machine(64, 1), 1);
  EXPECT_EQ(plan.backend, CpuSet{0});
  EXPECT_EQ(plan.load, (CpuSet{1, 2, 3, 4}));
  EXPECT_EQ(choose(machine(64, 1), 4).load.size(), 16u);
}

TEST(CpuPlan, SiblingsOfUsedCoresStayUnused) {
  const CpuPlan plan = choose(machine(8, 8), 2);
  EXPECT_EQ(plan.backend, (CpuSet{0, 1}));
  EXPECT_EQ(plan.load, (CpuSet{2, 3, 4, 5, 6, 7}));
  EXPECT_THAT(plan.caveats, IsEmpty());
}

TEST(CpuPlan, SiblingsAreUsedWhereCoresDoNotSuffice) {
  const CpuPlan plan = choose(machine(2, 2), 2);
  EXPECT_EQ(plan.backend, (CpuSet{0, 2}));
  EXPECT_EQ(plan.load, (CpuSet{1, 3}));
  EXPECT_THAT(plan.caveats, ElementsAre(HasSubstr("backend CPUs 0,2 include SMT siblings")));
}

TEST(CpuPlan, OneCoreWithSiblingsIsSplit) {
  const CpuPlan plan = choose(machine(1, 2), 1);
  EXPECT_EQ(plan.backend, CpuSet{0});
  EXPECT_EQ(plan.load, CpuSet{1});
  EXPECT_THAT(plan.caveats, ElementsAre(HasSubstr("CPUs 0-1 are SMT siblings")));
}

TEST(CpuPlan, OneWideCoreGivesBackendsNoMoreThanTheirThreads) {
  const CpuPlan plan = choose(machine(1, 8), 1);
  EXPECT_EQ(plan.backend, CpuSet{0});
  EXPECT_THAT(plan.load.common(plan.backend), IsEmpty());
}

TEST(CpuPlan, OnlyAllowedCpusAreUsed) {
  const CpuPlan plan = choose_cpus(machine(8, 1), CpuSet{4, 6}, 1, open, open);
  EXPECT_EQ(plan.backend, CpuSet{4});
  EXPECT_EQ(plan.load, CpuSet{6});
}

TEST(CpuPlan, WithoutTopologyEveryCpuIsACore) {
  const CpuPlan plan = choose_cpus(Topology{}, CpuSet{0, 1}, 1, open, open);
  EXPECT_EQ(plan.backend, CpuSet{0});
  EXPECT_EQ(plan.load, CpuSet{1});
}

TEST(CpuPlan, LoadAvoidsTheCoresTheUserGaveToBackends) {
  const CpuPlan plan = choose(machine(4, 2), 1, CpuSet{5});
  EXPECT_EQ(plan.backend, CpuSet{5});
  EXPECT_EQ(plan.load, (CpuSet{0, 2, 3}));
  EXPECT_THAT(plan.caveats, IsEmpty());
}

TEST(CpuPlan, BackendsAvoidTheCoresTheUserGaveToTheLoad) {
  const CpuPlan plan = choose(machine(4, 1), 2, open, CpuSet{0});
  EXPECT_EQ(plan.backend, (CpuSet{1, 2}));
  EXPECT_EQ(plan.load, CpuSet{0});
}

TEST(CpuPlan, WhatTheUserAsksForIsTakenWithACaveat) {
  const CpuPlan overlapping = choose(machine(4, 1), 2, CpuSet{0, 1}, CpuSet{1, 2});
  EXPECT_EQ(overlapping.backend, (CpuSet{0, 1}));
  EXPECT_EQ(overlapping.load, (CpuSet{1, 2}));
  EXPECT_THAT(overlapping.caveats, ElementsAre(HasSubstr("share CPU 1:")));

  const CpuPlan everything = choose(machine(2, 1), 2, CpuSet{0, 1});
  EXPECT_EQ(everything.load, (CpuSet{0, 1}));
  EXPECT_THAT(everything.caveats, ElementsAre(HasSubstr("share CPU 0-1:")));
}

TEST(CpuPlan, RefusesWhatIsNotThere) {
  EXPECT_THROW(choose(machine(2, 1), 1, CpuSet{2}), Error);
  EXPECT_THROW(choose(machine(2, 1), 1, open, CpuSet{7}), Error);
  EXPECT_THROW(choose(machine(2, 1), 1, CpuSet{}), Error);
}

TEST(CpuPlan, IsSoundOnEveryMachine) {
  for (const int cores : {1, 2, 3, 4, 7, 64}) {
    for (const int smt : {1, 2, 8}) {
      for (const std::size_t threads : {1u, 2u, 5u, 200u}) {
        const CpuPlan plan = choose(machine(cores, smt), threads);
        EXPECT_FALSE(plan.backend.empty());
        EXPECT_FALSE(plan.load.empty());
        EXPECT_LE(plan.backend.size(), threads);
        EXPECT_LE(plan.load.size(), 4 * plan.backend.size());
        EXPECT_EQ(plan.backend.common(plan.load).empty(), cores * smt > 1)
            << cores << " cores, SMT " << smt << ", " << threads << " threads";
      }
    }
  }
}

TEST(CpuPlan, IsMadeForThisMachine) {
  const CpuPlan plan = choose_cpus(1, open, open);
  EXPECT_TRUE(plan.backend.without(CpuSet::allowed()).empty());
  EXPECT_TRUE(plan.load.without(CpuSet::allowed()).empty());
}

}  // namespace
}  // namespace ringside
