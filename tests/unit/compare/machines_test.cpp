#include "harness/report/compare/machines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/compare/compared_run.hpp"

namespace ringside {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ComparedRun run_on_a_machine() {
  ComparedRun run;
  run.name = "somewhere";
  run.run = {{"machine",
              {{"hostname", "build7"},
               {"kernel", "6.18.5"},
               {"hypervisor", "KVM"},
               {"cpu", {{"model", "EPYC"}, {"topology", {{"online", "0-1"}, {"cores", 2}}}}}}},
             {"cpus", {{"backend", "0"}, {"load", "1"}}},
             {"ringside_version", "0.1.0"}};
  Measurement trial;
  trial.backend = "epoll";
  trial.backend_version = "Linux 6.18.5";
  trial.generator = GeneratorUse{};
  run.trials = {trial};
  return run;
}

TEST(Machines, TheSameOneDiffersInNothing) {
  const RunDifferences found = differences(run_on_a_machine(), run_on_a_machine());
  EXPECT_THAT(found.grave, IsEmpty());
  EXPECT_THAT(found.slight, IsEmpty());
}

TEST(Machines, KernelProcessorAndCpusAreGrave) {
  for (const char* pointer : {"/machine/kernel", "/machine/cpu/model", "/machine/hypervisor",
                              "/cpus/backend", "/cpus/load"}) {
    ComparedRun head = run_on_a_machine();
    head.run[Json::json_pointer(pointer)] = "other";
    EXPECT_THAT(differences(run_on_a_machine(), head).grave, ElementsAre(HasSubstr("other")))
        << pointer;
  }
}

TEST(Machines, OfAnObjectTheMemberThatDiffersIsNamed) {
  ComparedRun head = run_on_a_machine();
  head.run["machine"]["cpu"]["topology"]["cores"] = 4;
  EXPECT_THAT(differences(run_on_a_machine(), head).grave,
              ElementsAre(AllOf(HasSubstr("cores"), HasSubstr("2 against 4"))));
}

TEST(Machines, WhatTheLoadUsesIsGraveAndOldLinesWereEpoll) {
  ComparedRun head = run_on_a_machine();
  head.trials[0].generator.value->io = "epoll";
  EXPECT_THAT(differences(run_on_a_machine(), head).grave, IsEmpty());
  head.trials[0].generator.value->io = "io_uring";
  EXPECT_THAT(differences(run_on_a_machine(), head).grave,
              ElementsAre(AllOf(HasSubstr("epoll"), HasSubstr("io_uring"))));
}

TEST(Machines, VersionsAndNamesAreSlight) {
  ComparedRun head = run_on_a_machine();
  head.run["ringside_version"] = "0.2.0";
  head.run["machine"]["hostname"] = "build8";
  head.trials[0].backend_version = "Linux 6.18.6";
  const RunDifferences found = differences(run_on_a_machine(), head);
  EXPECT_THAT(found.grave, IsEmpty());
  EXPECT_THAT(found.slight,
              ElementsAre(HasSubstr("epoll"), HasSubstr("build8"), HasSubstr("0.2.0")));
}

TEST(Machines, OtherRevisionsAndUnfinishedRunsAreSlight) {
  ComparedRun base = run_on_a_machine();
  base.run["git_revision"] = "aaaa";
  base.run["interrupted"] = false;
  ComparedRun head = run_on_a_machine();
  head.run["git_revision"] = "bbbb";
  head.run["interrupted"] = true;
  const RunDifferences found = differences(base, head);
  EXPECT_THAT(found.grave, IsEmpty());
  EXPECT_THAT(found.slight,
              ElementsAre(HasSubstr("aaaa against bbbb"), HasSubstr("false against true")));
}

TEST(Machines, WhatOneSideDoesNotSayIsUncheckedAndNoDifference) {
  ComparedRun head = run_on_a_machine();
  head.run["machine"].erase("kernel");
  head.run["machine"]["cpu"]["topology"]["cores"] = nullptr;
  const RunDifferences found = differences(run_on_a_machine(), head);
  EXPECT_THAT(found.grave, IsEmpty());
  EXPECT_THAT(found.slight, IsEmpty());
  EXPECT_THAT(found.unchecked, ElementsAre("the machine's CPUs, cores", "the kernel"));
  EXPECT_THAT(unchecked_sentence(found), HasSubstr("cores; the kernel"));
}

TEST(Machines, WhatWouldBeGraveAndNeitherSaysIsUnchecked) {
  ComparedRun silent = run_on_a_machine();
  silent.run = Json::object();
  const RunDifferences found = differences(silent, silent);
  EXPECT_THAT(found.grave, IsEmpty());
  EXPECT_THAT(found.unchecked, AllOf(Contains("the processor"), Contains("the load's CPUs"),
                                     Not(Contains("the clock source"))));
}

TEST(Machines, TheFileSystemIsGraveAndToldOnce) {
  ComparedRun base = run_on_a_machine();
  base.trials[0].effective = {{"file_system", "ext4"}, {"recv", "multishot"}};
  base.trials.push_back(base.trials[0]);
  base.trials[1].backend = "io_uring";
  ComparedRun head = base;
  for (Measurement& trial : head.trials) trial.effective["file_system"] = "tmpfs";
  head.trials[1].effective["recv"] = "single-shot";
  const RunDifferences found = differences(base, head);
  EXPECT_THAT(found.grave, ElementsAre(HasSubstr("ext4 against tmpfs")));
  EXPECT_THAT(found.slight, ElementsAre(AllOf(HasSubstr("recv of io_uring"),
                                              HasSubstr("multishot against single-shot"))));
}

TEST(Machines, SlicesAgainstWholeWindowsAreGrave) {
  ComparedRun head = run_on_a_machine();
  head.trials[0].slices = {{0, 0}, {1, 1}, {1, 1}, {1, 1}};
  EXPECT_THAT(differences(run_on_a_machine(), head).grave,
              ElementsAre(HasSubstr("in whole windows against in slices")));
}

TEST(Machines, OfTwoRunsWithoutACommonRowTheNearestAreTold) {
  ComparedRun base = run_on_a_machine();
  base.trials[0].scenario = "echo";
  base.trials[0].params = {{"connections", 64}, {"payload_bytes", 128}};
  ComparedRun head = base;
  head.trials.push_back(head.trials[0]);
  head.trials[0].params = {{"connections", 1}, {"payload_bytes", 1024}};
  head.trials[1].params = {{"connections", 1}, {"payload_bytes", 128}};
  EXPECT_EQ(why_nothing_in_common(base, head),
            "the rows nearest to each other differ in connections 64 against connections 1");
  head.trials.pop_back();
  head.trials[0].scenario = "fan_out";
  EXPECT_THAT(why_nothing_in_common(base, head), HasSubstr("scenario echo against fan_out"));
}

TEST(Machines, WithoutRunJsonNothingCanBeSaid) {
  ComparedRun head = run_on_a_machine();
  head.run = nullptr;
  const RunDifferences found = differences(run_on_a_machine(), head);
  EXPECT_THAT(found.grave, IsEmpty());
  EXPECT_THAT(found.slight, ElementsAre(HasSubstr("no run.json")));
}

TEST(Machines, AMemberOfAnotherKindCannotBeCheckedAndIsNoCrash) {
  ComparedRun head = run_on_a_machine();
  head.run["machine"] = Json::array({1, 2});
  head.run["cpus"] = "all";
  EXPECT_THAT(differences(run_on_a_machine(), head).unchecked, Contains("the backends' CPUs"));
}

}  // namespace
}  // namespace ringside
