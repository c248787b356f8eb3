#include "harness/measure/topology.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/measure/fake_root.hpp"

namespace ringside {
namespace {

using ::testing::ElementsAre;

TEST(Topology, ReadsCoresWithSiblings) {
  FakeRoot root;
  root.add("/sys/devices/system/cpu/online", "0-3\n");
  root.add_cpu(0, 0, "0,2").add_cpu(1, 0, "1,3").add_cpu(2, 0, "0,2").add_cpu(3, 0, "1,3");
  const Topology topology = read_topology(root.path());
  EXPECT_THAT(topology.cores, ElementsAre(Core{0, {0, 2}}, Core{0, {1, 3}}));
  EXPECT_TRUE(topology.has_smt());
  EXPECT_EQ(topology.packages(), 1u);
}

TEST(Topology, OrdersCoresByPackage) {
  FakeRoot root;
  root.add("/sys/devices/system/cpu/online", "0-3\n");
  root.add_cpu(0, 0, "0").add_cpu(1, 1, "1").add_cpu(2, 0, "2").add_cpu(3, 1, "3");
  const Topology topology = read_topology(root.path());
  EXPECT_THAT(topology.cores, ElementsAre(Core{0, {0}}, Core{0, {2}}, Core{1, {1}}, Core{1, {3}}));
  EXPECT_FALSE(topology.has_smt());
  EXPECT_EQ(topology.packages(), 2u);
}

TEST(Topology, CountsACpuWithoutFactsAsACoreOfItsOwn) {
  FakeRoot root;
  root.add("/sys/devices/system/cpu/online", "0-1\n").add_cpu(1, -1, "1");
  EXPECT_THAT(read_topology(root.path()).cores, ElementsAre(Core{0, {0}}, Core{0, {1}}));
}

TEST(Topology, IsEmptyWithoutFacts) {
  const FakeRoot root;
  EXPECT_TRUE(read_topology(root.path()).cores.empty());
}

TEST(Topology, CanBeRestricted) {
  const Topology whole{{Core{0, {0, 2}}, Core{0, {1, 3}}}};
  EXPECT_EQ(whole.restricted_to(CpuSet{0, 2}), (Topology{{Core{0, {0, 2}}}}));
  EXPECT_EQ(whole.restricted_to(CpuSet{3}), (Topology{{Core{0, {3}}}}));
}

TEST(Topology, OfThisMachineHasAllAllowedCpus) {
  const Topology topology = read_topology();
  if (topology.cores.empty()) GTEST_SKIP() << "/sys is hidden here";
  EXPECT_TRUE(CpuSet::allowed().without(topology.online()).empty());
}

}  // namespace
}  // namespace ringside
