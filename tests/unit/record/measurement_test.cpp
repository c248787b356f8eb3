#include "harness/record/measurement.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/record/jsonl.hpp"
#include "harness/record/work_words.hpp"

namespace ringside {
namespace {

using std::chrono::nanoseconds;
using testing::HasSubstr;

Measurement whole_trial() {
  Measurement trial;
  trial.round = 3;
  trial.scenario = "echo";
  trial.backend = "io_uring";
  trial.baseline = true;
  trial.backend_version = "liburing 2.3, Linux 6.18.5";
  trial.params = {{"connections", 64}, {"payload_bytes", 128}, {"arrival", "closed"}};
  trial.caveats = {"one CPU only"};
  trial.elapsed_ns = 1'234'567'891;
  trial.ops = 123'456;
  trial.verified_ops = 123'456;
  trial.bytes = 15'802'368;
  Histogram latency;
  for (int i = 1; i <= 1000; ++i) latency.record(nanoseconds(1000 * i));
  trial.latency = latency;
  trial.context_switches = ContextSwitches{10, 20, 0.25, "getrusage"};
  trial.cpu = CpuUse{1000.5, 2000.5, 3001, 0.9};
  trial.syscalls = SystemCalls{2.03, "raw_syscalls:sys_enter"};
  trial.max_rss_bytes = std::uint64_t{3} << 20;
  trial.threads_peak = std::uint64_t{2};
  trial.kernel_workers = std::uint64_t{1};
  trial.slices = {{0, 2}, {800, 812}, {20'000'123, 20'000'001}, {19'800'000, 19'000'000}};
  trial.generator = GeneratorUse{0.8, 4200, false, 10, 12, "epoll", "io_uring is refused"};
  trial.noise = {0.01, std::uint64_t{0}, 62.5, 0.02};
  trial.effective = {{"recv", "multishot"}};
  return trial;
}

Measurement through_text(const Measurement& trial) {
  return measurement_from_json(Json::parse(to_line(to_json(trial))));
}

TEST(Measurement, KeepsTheDocumentedOrderOfNames) {
  std::vector<std::string> names;
  const Json line = to_json(whole_trial());
  for (const auto& [name, value] : line.items()) names.push_back(name);
  EXPECT_THAT(names, testing::ElementsAre(
                         "schema", "round", "scenario", "backend", "control", "baseline",
                         "reference", "backend_version", "params", "words", "status", "reason",
                         "mend", "wrong_data", "caveats", "elapsed_s", "ops", "verified_ops",
                         "bytes", "throughput_ops_per_s", "throughput_bytes_per_s", "latency_ns",
                         "histogram", "context_switches", "cpu", "syscalls", "memory", "threads",
                         "slices", "generator", "times", "figures", "noise", "effective"));
}

TEST(Measurement, WritesDerivedFigures) {
  const Json line = to_json(whole_trial());
  EXPECT_DOUBLE_EQ(line["elapsed_s"], 1.234567891);
  EXPECT_DOUBLE_EQ(line["throughput_ops_per_s"], 123'456 / 1.234567891);
  EXPECT_DOUBLE_EQ(line["throughput_bytes_per_s"], 15'802'368 / 1.234567891);
  EXPECT_EQ(line["context_switches"]["total"], 30);
  EXPECT_NEAR(line["latency_ns"]["p50"].get<double>(), 500'000, 500);
  EXPECT_TRUE(line["latency_ns"]["p99_9"].is_null());
  EXPECT_EQ(line["latency_ns"]["reason"],
            "p99_9: fewer than 10 samples lie beyond this percentile");
  EXPECT_EQ(line["memory"].dump(), R"({"max_rss_bytes":3145728})");
}

TEST(Measurement, ReadsBackWhatItWrote) {
  const Measurement trial = through_text(whole_trial());
  const Measurement expected = whole_trial();
  EXPECT_EQ(trial.round, 3);
  EXPECT_EQ(trial.elapsed_ns, expected.elapsed_ns);
  EXPECT_EQ(trial.params, expected.params);
  EXPECT_EQ(trial.slices.elapsed_ns, expected.slices.elapsed_ns);
  EXPECT_EQ(trial.latency.all().at_percentile(99), expected.latency.all().at_percentile(99));
  EXPECT_EQ(trial.effective, expected.effective);
  EXPECT_TRUE(trial.baseline);
  EXPECT_EQ(*trial.noise.cacheline_ns, 62.5);
  // The only figures that change are those the histogram's buckets round.
  Json before = to_json(expected);
  Json after = to_json(trial);
  before.erase("latency_ns");
  after.erase("latency_ns");
  EXPECT_EQ(before.dump(), after.dump());
}

TEST(Measurement, KeepsWhatItsLawsAreAbout) {
  Measurement trial = whole_trial();
  const std::size_t cycles = trial.slices.order.size();
  trial.work_ops = 999.5;
  trial.slices.work_ops.assign(cycles, 499.75);
  trial.slices.first_half_ops.assign(cycles, 250.25);
  trial.slices.first_half_ns.assign(cycles, 10'000'000);
  trial.slices.response_ns.assign(cycles, 7);
  trial.slices.idle_ns.assign(cycles, 3);
  trial.slices.started.assign(cycles, 500);
  trial.windows = WindowLengths{.whole = false,
                                .warmup_ns = 3,
                                .measured_ns = 20'000'000'000,
                                .rotation_ns = 5,
                                .unsettled = 1};
  trial.cpus = CpusGiven{.backend = 2, .load = 1, .together = 3};
  trial.in_system = InSystem{.operations = 64, .exact = true};
  trial.conservation =
      Conservation{.started = 10, .completed_in_window = 7, .completed_after = 2, .failed = 1};
  Histogram audited;
  std::mt19937_64 random(1);
  for (int i = 1; i <= 20'000; ++i) audited.record(nanoseconds(1 + random() % 20'000'000));
  trial.audit = Audit{.windows = 1,
                      .after_slices = 1,
                      .beside_p50_ns = 17,
                      .elapsed_ns = 250'000'000,
                      .work_ops = 12.5,
                      .cpu_ns_per_op = 4.5,
                      .latency = audited};
  const Json line = to_json(trial);
  EXPECT_EQ(line["windows"]["kind"], "slice");
  EXPECT_TRUE(line["windows"]["settling_ns"].is_null());
  const Measurement back = through_text(trial);
  EXPECT_DOUBLE_EQ(back.work(), 999.5);
  EXPECT_EQ(back.slices.work_ops, trial.slices.work_ops);
  EXPECT_EQ(back.slices.started, trial.slices.started);
  EXPECT_EQ(back.windows->rotation_ns, 5);
  EXPECT_EQ(back.windows->unsettled, 1u);
  EXPECT_EQ(back.cpus->together, 3u);
  EXPECT_TRUE(back.in_system->exact);
  EXPECT_EQ(back.conservation->completed_after, 2u);
  EXPECT_EQ(back.audit->windows, 1u);
  EXPECT_DOUBLE_EQ(back.audit->cpu_ns_per_op, 4.5);
  EXPECT_EQ(back.audit->after_slices, 1u);
  EXPECT_EQ(back.audit->beside_p50_ns, 17);
  EXPECT_FALSE(back.audit->beside_p90_ns);
  EXPECT_TRUE(back.latency.in_slices());
  EXPECT_NEAR(static_cast<double>(back.latency.percentile(99.9)->count()), 19.98e6, 1e5)
      << "that of the whole window";
  Json before = line;
  Json after = to_json(back);
  for (Json* one : {&before, &after}) {
    one->erase("latency_ns");
    (*one)["audit"].erase("latency_ns");  // its min and mean are those of buckets, too
  }
  EXPECT_EQ(after.dump(), before.dump());
}

TEST(Measurement, BesideAWindowAreTheSliceBeforeAndTheOneAfter) {
  Measurement trial;
  trial.slices.ops = {900, 100, 300, 900};
  trial.slices.elapsed_ns = {1'000'000, 1'000'000, 3'000'000, 1'000'000};
  trial.slices.cpu_ns = {5'000, 2'000, 4'000, 5'000};
  EXPECT_FALSE(beside_audit(trial)) << "there is no window";
  trial.audit = Audit{};
  EXPECT_FALSE(beside_audit(trial)) << "it came when all slices were over";
  trial.audit.value->after_slices = 2;
  const auto beside = beside_audit(trial);
  EXPECT_DOUBLE_EQ(beside->throughput_ops_per_s, 100'000);
  EXPECT_DOUBLE_EQ(beside->cpu_ns_per_op, 15);
  trial.audit.value->after_slices = 4;
  EXPECT_DOUBLE_EQ(beside_audit(trial)->throughput_ops_per_s, 900'000) << "none came after it";
  trial.audit.value->after_slices = 9;
  EXPECT_FALSE(beside_audit(trial)) << "a file may say so";
}

TEST(Measurement, OfAnEarlierVersionHasNone) {
  const Measurement back = through_text(whole_trial());
  EXPECT_FALSE(back.windows);
  EXPECT_FALSE(back.conservation);
  EXPECT_FALSE(back.work_ops);
  EXPECT_DOUBLE_EQ(back.work(), static_cast<double>(back.ops));
}

TEST(Measurement, KeepsWhatOnlyItsScenarioMeasures) {
  Measurement trial = whole_trial();
  trial.reference = true;
  trial.wrong_data = true;
  trial.generator = Measured<GeneratorUse>::unknown("the cell copies by itself");
  Histogram excess;
  for (int i = 1; i <= 1000; ++i) excess.record(nanoseconds(2000 * i));
  trial.times["excess_over_ideal"] = excess;
  trial.figures["late_replies_per_op"] = 0.25;
  trial.figures["fsync_ns_per_pass"] = Measured<double>::unknown("not asked for");
  const Json line = to_json(trial);
  EXPECT_TRUE(line["generator"]["saturated"].is_null());
  EXPECT_TRUE(line["figures"]["fsync_ns_per_pass"].is_null());
  const Measurement back = through_text(trial);
  EXPECT_TRUE(back.reference);
  EXPECT_TRUE(back.wrong_data);
  EXPECT_EQ(back.generator.reason, "the cell copies by itself");
  EXPECT_EQ(back.times.at("excess_over_ideal").all().at_percentile(50),
            trial.times.at("excess_over_ideal").all().at_percentile(50));
  EXPECT_EQ(*back.figures.at("late_replies_per_op"), 0.25);
  EXPECT_EQ(back.figures.at("fsync_ns_per_pass").reason, "not asked for");
}

TEST(Measurement, WhatIsUnknownIsNullWithItsReason) {
  Measurement trial = whole_trial();
  trial.syscalls = Measured<SystemCalls>::unknown("needs CAP_PERFMON");
  trial.noise.throttled = Measured<std::uint64_t>::unknown("no cpu controller");
  trial.kernel_workers = Measured<std::uint64_t>::unknown("no /proc");
  const Json line = to_json(trial);
  EXPECT_EQ(line["syscalls"].dump(),
            R"({"per_op":null,"source":null,"reason":"needs CAP_PERFMON"})");
  EXPECT_TRUE(line["noise"]["throttled"].is_null());
  EXPECT_EQ(line["noise"]["reasons"]["throttled"], "no cpu controller");
  EXPECT_EQ(line["threads"].dump(),
            R"({"peak":2,"kernel_workers":null,"reasons":{"kernel_workers":"no /proc"}})");
  const Measurement back = through_text(trial);
  EXPECT_FALSE(back.syscalls);
  EXPECT_EQ(back.syscalls.reason, "needs CAP_PERFMON");
  EXPECT_EQ(back.noise.throttled.reason, "no cpu controller");
  EXPECT_TRUE(back.threads_peak);
}

TEST(Measurement, ARowWithoutFiguresHasNullsNotZeroes) {
  for (const Status status : {Status::failed, Status::skipped}) {
    Measurement trial;
    trial.round = 1;
    trial.scenario = "echo";
    trial.backend = "io_uring";
    trial.params = Json::object();
    trial.status = status;
    trial.reason = "io_uring_setup: Operation not permitted";
    trial.mend = "set kernel.io_uring_disabled to 0";
    const Json line = to_json(trial);
    for (const char* name : {"elapsed_s", "ops", "bytes", "throughput_ops_per_s", "latency_ns",
                             "histogram", "slices", "generator"}) {
      EXPECT_TRUE(line[name].is_null()) << name;
    }
    EXPECT_TRUE(line["cpu"]["total_ns_per_op"].is_null());
    const Measurement back = through_text(trial);
    EXPECT_EQ(back.status, status);
    EXPECT_EQ(back.reason, trial.reason);
    EXPECT_EQ(back.mend, trial.mend);
  }
}

TEST(Measurement, NeverWritesNanOrInfinity) {
  Measurement trial = whole_trial();
  trial.elapsed_ns = 0;
  trial.ops = 0;
  trial.latency = {};
  trial.cpu = CpuUse{std::nan(""), 1, 1, 1};
  trial.context_switches = ContextSwitches{1, 1, std::numeric_limits<double>::infinity(), "x"};
  trial.generator.value->cpu_utilisation = std::nan("");
  trial.noise.cacheline_ns = std::nan("");
  const Json line = to_json(trial);
  EXPECT_TRUE(line["throughput_ops_per_s"].is_null());
  EXPECT_TRUE(line["cpu"]["user_ns_per_op"].is_null());
  EXPECT_EQ(line["cpu"]["reason"], "not a finite number");
  EXPECT_TRUE(line["latency_ns"]["max"].is_null());
  const Measurement back = through_text(trial);
  EXPECT_FALSE(back.cpu);
  EXPECT_FALSE(back.noise.cacheline_ns);
  EXPECT_TRUE(std::isnan(back.generator.value->cpu_utilisation));
}

TEST(Measurement, BrokenTextBecomesReplacementCharacters) {
  Measurement trial = whole_trial();
  trial.status = Status::failed;
  trial.reason = "answered \xff\xfe\n";
  EXPECT_THAT(through_text(trial).reason, HasSubstr("\xEF\xBF\xBD"));
  EXPECT_EQ(to_line(to_json(trial)).find('\n'), std::string::npos);
}

TEST(Measurement, ReadsLinesFromBeforeTheLoadHadAChoiceOfIo) {
  Json line = to_json(whole_trial());
  line["generator"].erase("io");
  line["generator"].erase("io_reason");
  const Measurement trial = measurement_from_json(line);
  EXPECT_EQ(trial.generator->io, "");
  EXPECT_TRUE(to_json(trial)["generator"]["io"].is_null());
}

struct Damage {
  const char* pointer;
  Json value;
  const char* named;
};

TEST(Measurement, AnErrorNamesTheMember) {
  const Damage damages[] = {
      {"/schema", "ringside.trial/9", "schema"},
      {"/round", 0, "round"},
      {"/round", -1, "round"},
      {"/status", "fine", "status"},
      {"/caveats", Json::array({1}), "caveats"},
      {"/params", "none", "params"},
      {"/params", {{"deep", {{"deeper", 1}}}}, "params"},
      {"/ops", -3, "ops"},
      {"/ops", 1.5, "ops"},
      {"/elapsed_s", 1e300, "elapsed_s"},
      {"/elapsed_s", nullptr, "elapsed_s"},
      {"/histogram", "AAAA", "histogram"},
      {"/slices/ops", Json::array({1}), "slices.order"},
      {"/slices/elapsed_ns", Json::array({1, UINT64_MAX}), "slices.elapsed_ns"},
      {"/generator/saturated", 1, "generator.saturated"},
      {"/syscalls", Json::object(), "syscalls.reason"},
      {"/noise/steal_s", nullptr, "noise.reasons"},
      {"/effective", {{"recv", 5}}, "effective.recv"},
      {"/cpu", 7, "cpu"},
  };
  for (const Damage& damage : damages) {
    Json line = to_json(whole_trial());
    line[Json::json_pointer(damage.pointer)] = damage.value;
    try {
      measurement_from_json(line);
      ADD_FAILURE() << damage.pointer << " was accepted";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(damage.named));
    }
  }
}

TEST(Measurement, ParamsAreTheSameInAnyOrder) {
  const Json params = {{"connections", 8}, {"rate_per_s", nullptr}, {"arrival", "closed"}};
  EXPECT_TRUE(same_params(params, params));
  EXPECT_TRUE(
      same_params(params, {{"arrival", "closed"}, {"connections", 8}, {"rate_per_s", nullptr}}));
  EXPECT_FALSE(same_params(params, {{"connections", 8}, {"rate_per_s", nullptr}}));
  EXPECT_FALSE(
      same_params(params, {{"arrival", "closed"}, {"connections", 9}, {"rate_per_s", nullptr}}));
  EXPECT_FALSE(same_params(
      params, {{"arrival", "closed"}, {"connections", 8}, {"requests_per_s", nullptr}}));
}

TEST(Measurement, HasTheWordsOfItsScenarioOrThoseOfVersion01) {
  Measurement trial = whole_trial();
  trial.words = {.operation = "sum", .unit = "sum", .by_bytes = true, .follows = {{"b", "a"}}};
  Json line = to_json(trial);
  EXPECT_EQ(measurement_from_json(line).words, trial.words);
  line.erase("words");
  EXPECT_EQ(words_of(measurement_from_json(line)).operation, "message") << trial.scenario;
  line["scenario"] = "unheard of";
  EXPECT_EQ(words_of(measurement_from_json(line)).operation, "operation");
  line["words"] = {{"operation", "sum"}};
  EXPECT_THAT([&] { measurement_from_json(line); },
              testing::ThrowsMessage<Error>(HasSubstr("words.unit")));
}

TEST(Measurement, EveryMissingMemberIsNamed) {
  const Json whole = to_json(whole_trial());
  // Derived figures, texts that may be null, and what lines of version 0.1 did not have.
  const std::set<std::string> not_needed{"throughput_ops_per_s",
                                         "throughput_bytes_per_s",
                                         "latency_ns",
                                         "reason",
                                         "mend",
                                         "reference",
                                         "wrong_data",
                                         "times",
                                         "figures",
                                         "words"};
  for (const auto& [name, value] : whole.items()) {
    if (not_needed.contains(name)) continue;
    Json line = whole;
    line.erase(name);
    try {
      measurement_from_json(line);
      ADD_FAILURE() << name << " was not missed";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(name));
    }
  }
  EXPECT_THROW(measurement_from_json(Json::array()), Error);
}

}  // namespace
}  // namespace ringside
