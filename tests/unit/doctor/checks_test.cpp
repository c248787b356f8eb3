#include "harness/doctor/checks.hpp"

#include <algorithm>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/doctor/health.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double no_limit = std::numeric_limits<double>::infinity();

Core core(CpuSet cpus, int package = 0) {
  return {.package = package, .cpus = std::move(cpus)};
}

Topology two_cores() {
  return {.cores = {core({0}), core({1})}};
}

/// A machine on which every check is content.
Health best() {
  Health health;
  Machine& machine = health.machine;
  machine.kernel = std::string("6.1.0-18-amd64");
  machine.hypervisor = std::string("none");
  machine.topology = two_cores();
  machine.allowed = CpuSet{0, 1};
  machine.governor = std::string("performance");
  machine.frequency_driver = std::string("intel_pstate");
  machine.turbo = false;
  machine.idle_states = {{.name = "C1", .exit_latency_us = 2, .enabled = true},
                         {.name = "C6", .exit_latency_us = 133, .enabled = false}};
  machine.free_page_reporting = false;
  machine.clock_source = std::string("tsc");
  machine.cgroup.cpus = no_limit;
  machine.open_files = {.soft = 1024.0, .hard = 1048576.0};
  machine.processes = {.soft = 96365.0, .hard = 96365.0};
  machine.locked_memory_bytes = {.soft = no_limit, .hard = no_limit};
  machine.local_ports = PortRange{.first = 32768, .last = 60999};
  machine.load_average = 0.1;
  health.backends = {{.name = "epoll", .availability = {}}};
  health.busiest = Measured<BusyProgram>::unknown("no other program used the CPU");
  health.other_cpu_share = 0.01;
  health.memory = MemoryRoom{.bytes = std::uint64_t{8} << 30, .bound_by = "MemAvailable"};
  machine.somaxconn = 4096;
  health.results_folder = "results";
  health.free_disk_bytes = std::uint64_t{50} << 30;
  return health;
}

/// The finding of that name, if there is one.
std::optional<Diagnosis> find(const Health& health, std::string_view name) {
  const std::vector<Diagnosis> findings = examine(health);
  const auto found = std::ranges::find(findings, name, &Diagnosis::name);
  return found == findings.end() ? std::nullopt : std::optional(*found);
}

void expect(const Health& health, std::string_view name, Level level, std::string_view text) {
  const std::optional<Diagnosis> finding = find(health, name);
  ASSERT_TRUE(finding) << name;
  EXPECT_EQ(to_string(finding->level), to_string(level)) << finding->finding;
  EXPECT_THAT(finding->finding + "; " + finding->mend, HasSubstr(std::string(text)));
}

TEST(Doctor, IsContentWithTheBestMachine) {
  const std::vector<Diagnosis> findings = examine(best());
  for (const Diagnosis& finding : findings) {
    EXPECT_EQ(to_string(finding.level), "ok") << finding.name << ": " << finding.finding;
    EXPECT_THAT(finding.mend, IsEmpty()) << finding.name;
  }
  EXPECT_EQ(verdict(findings), "Fit to measure: nothing here spoils results");
}

TEST(Doctor, SaysWhatItCannotTellWithoutCallingItGood) {
  const std::vector<Diagnosis> findings = examine(Health{});
  for (const Diagnosis& finding : findings) {
    EXPECT_THAT(finding.finding, ::testing::Not(IsEmpty())) << finding.name;
  }
  for (const char* name : {"CPUs", "frequency", "virtualisation", "kernel", "clock", "descriptors",
                           "other programs", "accept queue", "page cache", "disk"}) {
    expect(Health{}, name, Level::note, "");
  }
}

TEST(Doctor, OneCpuIsAProblem) {
  Health health = best();
  health.machine.topology = {.cores = {core({0})}};
  health.machine.allowed = CpuSet{0};
  expect(health, "CPUs", Level::problem, "1 CPU on 1 core: backends and load generator share it");
  expect(health, "CPUs", Level::problem, "use a machine with two CPUs");
  health.machine.topology = two_cores();
  expect(health, "CPUs", Level::problem, "taskset");
}

TEST(Doctor, SocketsAreNoted) {
  Health health = best();
  health.machine.topology = {.cores = {core({0}, 0), core({1}, 1)}};
  expect(health, "CPUs", Level::note, "in 2 sockets; keep both sides in one socket");
}

TEST(Doctor, SmtMattersOnlyWhereCoresDoNotSuffice) {
  EXPECT_FALSE(find(best(), "SMT"));
  Health health = best();
  health.machine.topology = {
      .cores = {core({0, 1, 2, 3, 4, 5, 6, 7}), core({8, 9, 10, 11, 12, 13, 14, 15})}};
  health.machine.allowed = health.machine.topology.online();
  expect(health, "SMT", Level::ok, "left idle");
  health.machine.allowed = CpuSet{0, 1};
  expect(health, "SMT", Level::warning, "share one core");
}

TEST(Doctor, FrequencyShouldBeSteady) {
  Health health = best();
  health.machine.governor = std::string("powersave");
  health.machine.turbo = true;
  expect(health, "frequency", Level::warning, "cpupower frequency-set");
  expect(health, "turbo", Level::note, "intel_pstate/no_turbo");
  health.machine.frequency_driver = std::string("amd-pstate");
  expect(health, "turbo", Level::note, "cpufreq/boost");
  health.machine.governor = Measured<std::string>::unknown("no such file");
  expect(health, "frequency", Level::note, "the kernel does not show it");
}

TEST(Doctor, VirtualMachinesAreNoted) {
  Health health = best();
  health.machine.hypervisor = std::string("KVM");
  health.machine.governor = Measured<std::string>::unknown("no such file");
  expect(health, "virtualisation", Level::note, "(KVM)");
  expect(health, "frequency", Level::note, "the host decides");
}

TEST(Doctor, DeepSleepIsNotedWhenEnabled) {
  Health health = best();
  health.machine.idle_states[1].enabled = true;
  expect(health, "idle states", Level::note, "133 us (C6)");
  health.machine.idle_states.clear();
  EXPECT_FALSE(find(health, "idle states"));
}

TEST(Doctor, AQuotaBelowTheCpusIsAProblem) {
  Health health = best();
  health.machine.cgroup.cpus = 1.5;
  expect(health, "CPU quota", Level::problem, "grants 1.5 of 2 CPUs");
  health.machine.cgroup.cpus = 2.0;
  expect(health, "CPU quota", Level::ok, "");
  health.machine.cgroup.cpus = Measured<double>::unknown("no controller");
  EXPECT_FALSE(find(health, "CPU quota"));
}

TEST(Doctor, OtherProgramsAreNamed) {
  Health health = best();
  health.busiest = BusyProgram{.name = "cc1plus", .cpu_share = 0.37};
  health.machine.load_average = 9.19;
  expect(health, "other programs", Level::warning,
         "'cc1plus' uses 37 % of a CPU now; load average 9.19");
  health.busiest = BusyProgram{.name = "idler", .cpu_share = 0.01};
  expect(health, "other programs", Level::note, "quiet now, but not a minute ago");
}

TEST(Doctor, ProgramsThatCannotBeSeenAreNotTakenForQuiet) {
  // As in a PID namespace or under hidepid, where /proc/stat is the machine's all the same.
  Health health = best();
  health.other_cpu_share = 0.98;
  expect(health, "other programs", Level::warning, "cannot be seen from here use 98 % of a CPU");
  health.busiest = BusyProgram{.name = "idler", .cpu_share = 0.06};
  expect(health, "other programs", Level::warning,
         "'idler' uses 6 % of a CPU now, and all of them together 98 %; load average");
  health.busiest = Measured<BusyProgram>::unknown("no other program used the CPU");
  health.other_cpu_share = Measured<double>::unknown("cannot read /proc/stat");
  expect(health, "other programs", Level::note, "cannot tell whether they are quiet: cannot read");
}

TEST(Doctor, CoresThatCannotBeSeenAreNotCounted) {
  Health health = best();
  health.machine.topology = {};
  expect(health, "CPUs", Level::note, "2 CPUs; cannot tell on how many cores");
}

TEST(Doctor, WhatKeepsRunsFromMeasuringIsAProblem) {
  const Availability refused{.yes = false, .reason = "why", .mend = "how"};
  Health health = best();
  health.cells = health.loopback = health.results = refused;
  expect(health, "backends", Level::problem, "no process can be started for any: why; how");
  expect(health, "loopback", Level::problem, "why; how");
  expect(health, "disk", Level::problem, "why; how");
}

TEST(Doctor, LittleMemoryAndShortQueuesAreSaid) {
  Health health = best();
  health.memory = MemoryRoom{.bytes = std::uint64_t{60} << 20, .bound_by = "memory.max"};
  expect(health, "page cache", Level::warning, "60 MiB of memory for copies of files (memory.max)");
  health.machine.somaxconn = 128;
  expect(health, "accept queue", Level::note, "128 connections may wait");
  expect(health, "accept queue", Level::note, "net.core.somaxconn");
}

TEST(Doctor, OldKernelsLackWhatIoUringNeeds) {
  Health health = best();
  health.machine.kernel = std::string("5.10.0-28-amd64");
  expect(health, "kernel", Level::warning, "not counted before 5.12");
  health.machine.kernel = std::string("5.15.0-101-generic");
  expect(health, "kernel", Level::note, "no multishot receive before 6.0");
  health.machine.kernel = std::string("6.0.9");
  expect(health, "kernel", Level::note, "no DEFER_TASKRUN before 6.1; use Linux 6.1");
}

TEST(Doctor, SlowClocksAreNamed) {
  Health health = best();
  health.machine.clock_source = std::string("kvm-clock");
  expect(health, "clock", Level::note, "slower than tsc");
  health.machine.clock_source = std::string("hpet");
  expect(health, "clock", Level::warning, "every reading of it is a system call");
  health.machine.clock_source = std::string("arch_sys_counter");
  expect(health, "clock", Level::ok, "");
}

TEST(Doctor, BackendsThatCannotRunSayWhy) {
  Health health = best();
  health.backends.push_back({.name = "io_uring",
                             .availability = {.yes = false,
                                              .reason = "kernel.io_uring_disabled is 2",
                                              .mend = "sysctl kernel.io_uring_disabled=0"}});
  expect(health, "io_uring", Level::warning,
         "kernel.io_uring_disabled is 2; sysctl kernel.io_uring_disabled=0");
  EXPECT_FALSE(find(health, "backends"));
}

TEST(Doctor, RefusedCountersAreNoted) {
  Health health = best();
  health.syscalls_refused_because = "kernel.perf_event_paranoid is 2";
  expect(health, "system calls", Level::note, "cannot be counted: kernel.perf_event_paranoid is 2");
}

TEST(Doctor, FreePageReportingIsNoted) {
  Health health = best();
  health.machine.free_page_reporting = true;
  expect(health, "memory", Level::note, "file copies");
}

TEST(Doctor, DescriptorsAreSharedByAllBackendsAndTheControl) {
  Health health = best();
  health.machine.open_files.hard = 4256.0;
  expect(health, "descriptors", Level::ok, "enough for 2000 connections to each of 2 backends");
  health.machine.open_files.hard = 1024.0;
  expect(health, "descriptors", Level::note, "384 connections");
  health.machine.open_files.hard = 64.0;
  expect(health, "descriptors", Level::warning, "enough for 0 connections");
  health.machine.open_files.hard = no_limit;
  expect(health, "descriptors", Level::ok, "no limit");
}

TEST(Doctor, ThreadsAreLimitedByUserOrCgroup) {
  Health health = best();
  health.machine.processes.soft = 500.0;
  expect(health, "threads", Level::note, "raise 'ulimit -u'");
  health.machine.cgroup.tasks = 100.0;
  expect(health, "threads", Level::note, "100: blocking threads take one for each connection");
  expect(health, "threads", Level::note, "pids.max");
}

TEST(Doctor, SmallLimitsAreNoted) {
  Health health = best();
  health.machine.locked_memory_bytes.soft = 65536.0;
  expect(health, "locked memory", Level::note, "0.0625 MiB");
  health.machine.local_ports = PortRange{.first = 60000, .last = 60999};
  expect(health, "ports", Level::note, "1000 for connections");
  health.free_disk_bytes = std::uint64_t{100} << 20;
  expect(health, "disk", Level::warning, "100 MiB free in results");
}

TEST(Verdict, NamesTheWorst) {
  const Diagnosis note{.name = "a", .level = Level::note, .finding = {}, .mend = {}};
  const Diagnosis warning{.name = "b", .level = Level::warning, .finding = {}, .mend = {}};
  const Diagnosis problem{.name = "c", .level = Level::problem, .finding = {}, .mend = {}};
  EXPECT_EQ(verdict({note}), "Fit to measure, with 1 note to keep in mind");
  EXPECT_THAT(verdict({note, warning, warning}), HasSubstr("2 warnings:"));
  EXPECT_THAT(verdict({note, warning, problem}), HasSubstr("1 problem:"));
}

}  // namespace
}  // namespace ringside
