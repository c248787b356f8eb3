#include "harness/measure/machine.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/measure/fake_root.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Recorded, shortened.
constexpr std::string_view limits =
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max processes             96365                96365                processes \n"
    "Max open files            1024                 1048576              files     \n"
    "Max locked memory         unlimited            unlimited            bytes     \n";

/// A server on bare metal with everything that sysfs can say.
void fill_server(FakeRoot& root) {
  const std::string cpu = "/sys/devices/system/cpu";
  root.add("/proc/cpuinfo",
           "processor\t: 0\nmodel name\t: Some CPU @ 3.0GHz\nflags\t\t: fpu tsc\n");
  root.add("/proc/meminfo", "MemTotal:       24684096 kB\nMemFree:        1 kB\n");
  root.add("/proc/loadavg", "0.86 0.49 0.20 2/99 7474\n");
  root.add("/proc/self/limits", limits);
  root.add("/proc/self/status", "Name:\tcat\nCpus_allowed_list:\t0-1\n");
  root.add("/proc/sys/kernel/hostname", "server\n");
  root.add("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
  root.add("/proc/sys/kernel/io_uring_disabled", "2\n");
  root.add("/proc/sys/kernel/perf_event_paranoid", "3\n");
  root.add("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
  root.add("/proc/sys/net/core/somaxconn", "4096\n");
  root.add("/proc/sys/net/ipv4/tcp_congestion_control", "bbr\n");
  root.add("/etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
  root.add(cpu + "/online", "0-3\n").add_cpu(0, 0, "0,2").add_cpu(1, 0, "1,3");
  root.add_cpu(2, 0, "0,2").add_cpu(3, 0, "1,3");
  root.add(cpu + "/intel_pstate/no_turbo", "0\n");
  root.add(cpu + "/cpu0/cpufreq/scaling_driver", "intel_pstate\n");
  root.add(cpu + "/cpu0/cpufreq/scaling_governor", "powersave\n");
  root.add(cpu + "/cpu0/cpuidle/state0/name", "POLL\n");
  root.add(cpu + "/cpu0/cpuidle/state0/latency", "0\n");
  root.add(cpu + "/cpu0/cpuidle/state1/name", "C6\n");
  root.add(cpu + "/cpu0/cpuidle/state1/latency", "133\n");
  root.add(cpu + "/cpu0/cpuidle/state1/disable", "1\n");
  root.add(cpu + "/cpu0/cache/index0/level", "3\n");
  root.add(cpu + "/cpu0/cache/index0/type", "Unified\n");
  root.add(cpu + "/cpu0/cache/index0/size", "32768K\n");
  root.add(cpu + "/cpu0/cache/index0/shared_cpu_list", "0-3\n");
  root.add(cpu + "/vulnerabilities/meltdown", "Mitigation: PTI\n");
  root.add("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
}

TEST(Machine, ReadsAServer) {
  FakeRoot root;
  fill_server(root);
  const Machine machine = read_machine(root.path());
  EXPECT_EQ(*machine.hostname, "server");
  EXPECT_EQ(*machine.kernel, "6.1.0-18-amd64");
  EXPECT_EQ(*machine.distribution, "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(*machine.hypervisor, "none");
  EXPECT_EQ(*machine.cpu_model, "Some CPU @ 3.0GHz");
  EXPECT_THAT(machine.topology.cores, SizeIs(2));
  EXPECT_EQ(machine.allowed, (CpuSet{0, 1}));
  EXPECT_EQ(*machine.frequency_driver, "intel_pstate");
  EXPECT_EQ(*machine.governor, "powersave");
  EXPECT_TRUE(*machine.turbo);
  EXPECT_EQ(*machine.memory_bytes, std::uint64_t{24684096} * 1024);
  EXPECT_FALSE(*machine.free_page_reporting);
  EXPECT_EQ(*machine.clock_source, "tsc");
  EXPECT_EQ(*machine.io_uring_disabled, 2);
  EXPECT_EQ(*machine.perf_event_paranoid, 3);
  EXPECT_EQ(machine.local_ports->first, 32768u);
  EXPECT_EQ(machine.local_ports->last, 60999u);
  EXPECT_EQ(*machine.somaxconn, 4096);
  EXPECT_DOUBLE_EQ(*machine.load_average, 0.86);
}

TEST(Machine, ReadsCachesIdleStatesAndMitigations) {
  FakeRoot root;
  fill_server(root);
  const Machine machine = read_machine(root.path());
  ASSERT_THAT(machine.caches, SizeIs(1));
  EXPECT_EQ(machine.caches[0].bytes, 32u * 1024 * 1024);
  EXPECT_EQ(machine.caches[0].shared_by, (CpuSet{0, 1, 2, 3}));
  ASSERT_THAT(machine.idle_states, SizeIs(2));
  EXPECT_TRUE(machine.idle_states[0].enabled);
  EXPECT_EQ(machine.idle_states[1].exit_latency_us, 133u);
  EXPECT_FALSE(machine.idle_states[1].enabled);
  EXPECT_EQ(machine.mitigations.at("meltdown"), "Mitigation: PTI");
}

TEST(Machine, SaysWhatItCouldNotReadAndWhy) {
  const FakeRoot root;
  const Machine machine = read_machine(root.path());
  EXPECT_THAT(machine.kernel.reason, HasSubstr("osrelease: No such file"));
  EXPECT_THAT(machine.cpu_model.reason, HasSubstr("cpuinfo"));
  EXPECT_FALSE(machine.hypervisor);
  EXPECT_FALSE(machine.turbo);
  EXPECT_FALSE(machine.memory_bytes);
  EXPECT_FALSE(machine.open_files.soft);
  EXPECT_TRUE(machine.topology.cores.empty());
}

TEST(Machine, NamesTheHypervisor) {
  FakeRoot root;
  root.add("/proc/cpuinfo", "flags\t\t: fpu hypervisor tsc\n");
  EXPECT_EQ(*read_machine(root.path()).hypervisor, "of unknown make");
  root.add("/sys/class/dmi/id/sys_vendor", "Example Cloud\n");
  EXPECT_EQ(*read_machine(root.path()).hypervisor, "Example Cloud");
  root.add("/sys/devices/system/clocksource/clocksource0/available_clocksource", "tsc kvm-clock\n");
  EXPECT_EQ(*read_machine(root.path()).hypervisor, "KVM");
}

TEST(Machine, BoostOfOtherDriversIsTurboToo) {
  FakeRoot root;
  root.add("/sys/devices/system/cpu/cpufreq/boost", "0\n");
  EXPECT_FALSE(*read_machine(root.path()).turbo);
}

// Recorded: a balloon with bits 1, 2, 5 and 7.
TEST(Machine, FindsFreePageReportingInTheBalloonsFeatures) {
  FakeRoot root;
  root.add("/sys/bus/virtio/devices/virtio0/device", "0x0002\n");
  root.add("/sys/bus/virtio/devices/virtio0/features", "11111111\n");
  EXPECT_FALSE(*read_machine(root.path()).free_page_reporting);
  root.add("/sys/bus/virtio/devices/virtio1/device", "0x0005\n");
  root.add("/sys/bus/virtio/devices/virtio1/features", "0110010100000000\n");
  EXPECT_TRUE(*read_machine(root.path()).free_page_reporting);
  root.add("/sys/bus/virtio/devices/virtio1/features", "0110000100000000\n");
  EXPECT_FALSE(*read_machine(root.path()).free_page_reporting);
}

TEST(Limits, AreParsed) {
  EXPECT_DOUBLE_EQ(*parse_limit(limits, "Max open files").soft, 1024);
  EXPECT_DOUBLE_EQ(*parse_limit(limits, "Max open files").hard, 1048576);
  EXPECT_TRUE(std::isinf(*parse_limit(limits, "Max locked memory").soft));
  EXPECT_THAT(parse_limit(limits, "Max msgqueue size").soft.reason, HasSubstr("Max msgqueue"));
}

TEST(KernelVersion, IsParsedAndCompared) {
  EXPECT_EQ(*parse_kernel_version("6.1.0-18-amd64"), (KernelVersion{6, 1}));
  EXPECT_EQ(*parse_kernel_version("6.18.44-fc-v595"), (KernelVersion{6, 18}));
  EXPECT_EQ(*parse_kernel_version("5.10"), (KernelVersion{5, 10}));
  EXPECT_LT((KernelVersion{5, 19}), (KernelVersion{6, 0}));
  EXPECT_FALSE(parse_kernel_version("Linux"));
  EXPECT_FALSE(parse_kernel_version(""));
}

TEST(Manifest, HasNullForWhatIsUnknown) {
  const FakeRoot root;
  const Json manifest = to_json(read_machine(root.path()));
  EXPECT_TRUE(manifest.at("kernel").is_null());
  EXPECT_TRUE(manifest.at("cpu").at("topology").is_null());
  EXPECT_TRUE(manifest.at("limits").at("open_files").at("soft").is_null());
  EXPECT_THAT(manifest.at("cpu").at("caches"), IsEmpty());
}

TEST(Manifest, HasWordsForNoLimit) {
  FakeRoot root;
  fill_server(root);
  const Json manifest = to_json(read_machine(root.path()));
  EXPECT_EQ(manifest.at("limits").at("locked_memory_bytes").at("hard"), "unlimited");
  EXPECT_EQ(manifest.at("limits").at("open_files").at("hard"), 1048576);
  EXPECT_EQ(manifest.at("cpu").at("topology").at("smt"), true);
  EXPECT_EQ(manifest.at("kernel_settings").at("ip_local_port_range"), Json({32768, 60999}));
  EXPECT_EQ(manifest.at("kernel_settings").at("tcp_congestion_control"), "bbr");
}

TEST(Manifest, OfThisMachineSaysHowItWasBuilt) {
  const Json manifest = machine_manifest();
  EXPECT_FALSE(manifest.at("kernel").is_null());
  EXPECT_THAT(manifest.at("build").at("compiler").get<std::string>(), HasSubstr(" "));
  EXPECT_NO_THROW(manifest.dump());
}

}  // namespace
}  // namespace ringside
