// The file_copy load and the cell's side of it, joined without a process in between.
#include <fcntl.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include <gmock/gmock.h>

#include "backends/backend.hpp"
#include "base/error.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/team.hpp"
#include "scenarios/file_copy/load.hpp"
#include "scenarios/file_copy/passes.hpp"
#include "scenarios/file_copy/references.hpp"
#include "tests/support/copy_tree.hpp"
#include "tests/support/fake_backends.hpp"
#include "tests/support/fake_file_copy.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

const WindowSpec one_pass{.warmup = 1ns, .measured = 1ns};  // after one over each set of sources
const WindowSpec untimed{.warmup = 20ms, .measured = 0ms};

/// A slot that one thread fills and another empties.
class Slot {
 public:
  void put(std::optional<Json> message) {
    const std::scoped_lock lock(mutex_);
    message_ = std::move(message);
    full_ = true;
    changed_.notify_all();
  }
  std::optional<Json> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return full_; });
    full_ = false;
    return std::move(message_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Json> message_;
  bool full_ = false;
};

/// A cell on a thread of its own, which answers orders. What it throws ends the answers.
class RunningPasses {
 public:
  RunningPasses(const Backend& backend, const FileCopyParams& params, Json setup)
      : setup_(std::move(setup)),
        environment_{.listeners = {},
                     .stop = stop_,
                     .effective = [](std::string_view, std::string_view) {},
                     .setup = setup_,
                     .count = nullptr,
                     .next_order = [this] { return orders_.take(); },
                     .done = [this](Json report) { reports_.put(std::move(report)); }},
        thread_([this, &backend, params] {
          try {
            CopyPasses passes(params, environment_, copies_in_memory(backend));
            backend.run(passes.task());
          } catch (const Error& error) {
            failure_ = error.what();
          }
          reports_.put(std::nullopt);
        }) {}
  ~RunningPasses() {
    stop_.raise();
    orders_.put(std::nullopt);
    thread_.join();
  }

  Json ask(Json order) {
    orders_.put(std::move(order));
    auto report = reports_.take();
    if (!report) throw Error(failure_);
    return *report;
  }

 private:
  Json setup_;
  StopSignal stop_;
  CellEnvironment environment_;
  Slot orders_, reports_;
  std::string failure_ = "the cell has returned";
  std::thread thread_;
};

/// One cell, one load that is connected to it.
struct Bout {
  explicit Bout(const Backend& backend, const FileCopyParams& parameters = small(),
                std::size_t threads = 1)
      : params(parameters),
        team(threads, [](std::size_t) {}),
        load(params, {.team = team,
                      .targets = 1,
                      .seed = 1,
                      .interrupt = interrupt,
                      .folder = folder.path(),
                      .kept = &kept}),
        cell(backend, params, load.cell_setup(0)) {
    load.connect(0, {.endpoints = {}, .ask = [this](Json order, std::chrono::milliseconds) {
                       return cell.ask(std::move(order));
                     }});
  }

  static FileCopyParams small() {
    return {.set = {.files = 1, .file_bytes = 300'000}, .block_bytes = 65'536};
  }

  std::filesystem::path first_destination() {
    return std::filesystem::path(load.cell_setup(0).at("destination").get<std::string>()) /
           "000000";
  }

  FileCopyParams params;
  StopSignal interrupt;
  test::TemporaryFolder folder;
  std::unique_ptr<Keepsake> kept;
  ThreadTeam team;
  FileCopyLoad load;
  RunningPasses cell;
};

TargetFailure failure_of(Bout& bout) {
  try {
    for (int window = 0; window < 10; ++window) bout.load.run_window(0, one_pass);
  } catch (const TargetFailure& failure) {
    return failure;
  }
  throw Error("it went unnoticed");
}

TEST(FileCopyLoad, CountsTheBlocksOfOneFile) {
  Bout bout(test::fake_backend("steady"));
  bout.load.run_window(0, untimed);
  const WindowResult result = bout.load.run_window(0, one_pass);
  EXPECT_EQ(result.ops, 5u);
  EXPECT_EQ(result.all_ops, 15u) << "with two passes before";
  EXPECT_DOUBLE_EQ(result.work, 5);
  EXPECT_EQ(result.begun.started, 5u);
  EXPECT_EQ(result.begun.ended_inside, 5u);
  EXPECT_GT(result.response, 0ns);
  EXPECT_EQ(result.unverified_ops, 0u);
  EXPECT_EQ(result.bytes, 300'000u);
  EXPECT_GT(result.elapsed, 0ns);
  EXPECT_GT(result.backend_cpu, 0ns);
  EXPECT_EQ(bout.load.take_figures(0).latency.count(), 5u) << "nothing of the untimed pass";
}

TEST(FileCopyLoad, CountsTheFilesOfMany) {
  Bout bout(test::fake_backend("steady"), {.set = {.files = 30, .file_bytes = 70'000}}, 3);
  const WindowResult result = bout.load.run_window(0, one_pass);
  EXPECT_EQ(result.ops, 30u);
  EXPECT_EQ(result.bytes, 30u * 70'000);
  EXPECT_EQ(bout.load.take_figures(0).latency.count(), 30u);
}

TEST(FileCopyLoad, MeasuresNothingInAnUntimedWindow) {
  Bout bout(test::fake_backend("steady"));
  const WindowResult result = bout.load.run_window(0, untimed);
  EXPECT_EQ(result.ops, 0u);
  EXPECT_EQ(result.all_ops, 5u);
  EXPECT_EQ(bout.load.take_figures(0).latency.count(), 0u);
}

TEST(FileCopyLoad, FillsTheWindowWithPassesOfWhichTheLastIsVerified) {
  Bout bout(test::fake_backend("slow"));
  const WindowResult result = bout.load.run_window(0, {.warmup = 0ms, .measured = 100ms});
  EXPECT_GE(result.elapsed, 100ms);
  EXPECT_GE(result.ops, 10u) << "5 ms a pass, on a CPU of its own";
  EXPECT_EQ(result.unverified_ops, result.ops - 5);
  EXPECT_GE(bout.load.take_figures(0).latency.min(), 1ms) << "the fake burns 1 ms at each block";
}

TEST(FileCopyLoad, IsCalledWhatWasMeasured) {
  struct Case {
    std::optional<std::uint64_t> from_device;  // nothing: an older build, which does not say
    bool fsync;
    const char* said;
  };
  for (const auto& [from_device, fsync, said] :
       {Case{0, false, "a page-cache copy: without --fsync nothing need have reached the disk"},
        Case{4096, false, "no copy from the page cache: 1 % of what it read came from the device"},
        Case{300'000, true, "no copy from the page cache: 100 % of what it read"},
        Case{{}, false, "without --fsync nothing need have reached the disk"}, Case{0, true, ""}}) {
    FileCopyParams params = Bout::small();
    params.fsync = fsync;
    Bout bout(test::fake_backend("steady"), params);
    bout.load.connect(0, {.endpoints = {}, .ask = [&](Json order, std::chrono::milliseconds) {
                            Json done = bout.cell.ask(std::move(order));
                            done.erase("device_read_bytes");
                            if (from_device) done["device_read_bytes"] = *from_device;
                            return done;
                          }});
    bout.load.run_window(0, one_pass);
    const std::vector<std::string> caveats = bout.load.take_figures(0).caveats;
    EXPECT_EQ(caveats.size(), *said == 0 ? 0u : 1u);
    if (!caveats.empty()) {
      EXPECT_THAT(caveats.front(), ::testing::StartsWith(said));
    }
  }
}

class FileCopyLoadShapes : public ::testing::TestWithParam<FileCopyParams> {};

TEST_P(FileCopyLoadShapes, AreCopiedAndVerified) {
  Bout bout(test::fake_backend("steady"), GetParam(), 2);
  for (int window = 0; window < 3; ++window) {
    EXPECT_EQ(bout.load.run_window(0, one_pass).ops, operations_in_pass(GetParam()));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, FileCopyLoadShapes,
    ::testing::Values(FileCopyParams{.set = {1, 1}}, FileCopyParams{.set = {1, 131'072}},
                      FileCopyParams{.set = {1, 131'073}, .block_bytes = 1000},
                      FileCopyParams{.set = {100, 1}},
                      FileCopyParams{.set = {3, 5000}, .destination = Destination::fresh},
                      FileCopyParams{.set = {3, 5000}, .destination = Destination::truncate}));

TEST(FileCopyLoad, NoticesAByteThatIsWrong) {
  Bout bout(test::fake_backend("wrong"));
  const TargetFailure failure = failure_of(bout);
  EXPECT_EQ(failure.kind(), TargetFailure::Kind::wrong_data);
  EXPECT_THAT(failure.what(), HasSubstr("destination-0/000000"));
  EXPECT_THAT(failure.what(), HasSubstr("at byte 65535"));
}

TEST(FileCopyLoad, NoticesACellThatCopiesNothing) {
  Bout bout(test::fake_backend("lazy"));
  EXPECT_EQ(failure_of(bout).kind(), TargetFailure::Kind::wrong_data);
}

TEST(FileCopyLoad, NoticesACellThatLeavesOffAfterAGoodPass) {
  void (*const cell_of_tired)(const FileCopyTask&) = [](const FileCopyTask& task) {
    test::fake_file_copy(task, [](std::size_t pass, std::span<std::byte>) { return pass < 7; });
  };
  const Backend tired{.name = "tired", .summary = "", .cells = {cell_of_tired}};
  Bout bout(tired);
  EXPECT_EQ(bout.load.run_window(0, one_pass).ops, 5u);
  EXPECT_EQ(bout.load.run_window(0, one_pass).ops, 5u);
  EXPECT_EQ(failure_of(bout).kind(), TargetFailure::Kind::wrong_data)
      << "the sources alternate: what was copied before is not what should be there";
}

TEST(FileCopyLoad, NoticesACellThatReportsTooLittle) {
  void (*const cell_of_silent)(const FileCopyTask&) = [](const FileCopyTask& task) {
    while (!task.next_pass().empty()) continue;
  };
  const Backend silent{.name = "silent", .summary = "", .cells = {cell_of_silent}};
  Bout bout(silent);
  const TargetFailure failure = failure_of(bout);
  EXPECT_EQ(failure.kind(), TargetFailure::Kind::broke_off);
  EXPECT_THAT(failure.what(), HasSubstr("0 of 5 blocks"));
}

TEST(FileCopyLoad, NoticesWrongLengths) {
  Bout bout(test::fake_backend("steady"));
  ASSERT_EQ(::truncate(bout.first_destination().c_str(), 400'000), 0);
  EXPECT_THAT(failure_of(bout).what(), HasSubstr("400000 bytes instead of 300000"));
}

TEST(FileCopyLoad, NoticesAMissingCopy) {
  void (*const cell_of_remover)(const FileCopyTask&) = [](const FileCopyTask& task) {
    for (auto files = task.next_pass(); !files.empty(); files = task.next_pass()) {
      ::unlink(files.front().destination.c_str());
      for (int i = 0; i < 5; ++i) task.block_copied({});
    }
  };
  const Backend remover{.name = "remover", .summary = "", .cells = {cell_of_remover}};
  Bout bout(remover);
  EXPECT_THAT(failure_of(bout).what(), HasSubstr("was not made"));
}

TEST(FileCopyLoad, SaysThatASourceHasShrunk) {
  Bout bout(test::fake_backend("steady"));
  const std::string source = bout.load.cell_setup(0).at("sources").at(0);
  ASSERT_EQ(::truncate((source + "/000000").c_str(), 100'000), 0);
  EXPECT_THAT([&] { bout.load.run_window(0, one_pass); },
              ::testing::ThrowsMessage<Error>(HasSubstr("source")));
}

TEST(FileCopyLoad, TimesFsyncApart) {
  FileCopyParams params = Bout::small();
  params.fsync = true;
  Bout bout(test::fake_backend("steady"), params);
  bout.load.run_window(0, one_pass);
  const auto figures = bout.load.take_figures(0).figures;
  ASSERT_TRUE(figures.contains("fsync_ns_per_pass"));
  EXPECT_TRUE(figures.at("fsync_ns_per_pass"));
}

TEST(FileCopyLoad, KeepsItsFilesForTheNextRound) {
  Bout bout(test::fake_backend("steady"));
  const Json before = bout.load.cell_setup(0).at("sources");
  FileCopyLoad next(bout.params, {.team = bout.team,
                                  .targets = 2,
                                  .seed = 2,
                                  .interrupt = bout.interrupt,
                                  .folder = bout.folder.path(),
                                  .kept = &bout.kept});
  EXPECT_EQ(next.cell_setup(0).at("sources"), before);
}

TEST(FileCopyLoad, EndsWhenTheUserDoes) {
  Bout bout(test::fake_backend("steady"));
  bout.interrupt.raise();
  EXPECT_THROW(bout.load.run_window(0, one_pass), Interrupted);
}

TEST(FileCopyReferences, CopyAndAreVerified) {
  for (const Backend& reference : file_copy_references()) {
    for (const FileCopyParams& params :
         {Bout::small(), FileCopyParams{.set = {.files = 20, .file_bytes = 5000}}}) {
      Bout bout(reference, params);
      bout.load.run_window(0, untimed);
      const WindowResult result = bout.load.run_window(0, one_pass);
      EXPECT_EQ(result.ops, operations_in_pass(params)) << reference.name;
      EXPECT_EQ(result.unverified_ops, copies_in_memory(reference) ? result.ops : 0u);
    }
  }
}

TEST(SparseHistogram, KeepsEveryCount) {
  Histogram histogram;
  for (int i = 0; i < 1000; ++i) histogram.record(std::chrono::nanoseconds(7919 * i));
  const Histogram again = histogram_from_sparse(sparse(histogram));
  EXPECT_EQ(again.count(), 1000u);
  EXPECT_EQ(again.at_percentile(99), histogram.at_percentile(99));
  EXPECT_EQ(histogram_from_sparse(sparse({})).count(), 0u);
  EXPECT_THROW(histogram_from_sparse(Json::parse("[[99999999, 1]]")), Error);
  EXPECT_THROW(histogram_from_sparse(Json::parse("[[1]]")), Error);
}

}  // namespace
}  // namespace ringside
