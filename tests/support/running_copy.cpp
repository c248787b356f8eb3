#include "tests/support/running_copy.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "tests/support/process.hpp"

namespace ringside::test {

RunningCopy::RunningCopy(const Backend& backend, const CopyOptions& options) : backend_(backend) {
  std::packaged_task<void()> work([this, options] { backend_.run(task(options)); });
  done_ = work.get_future();
  thread_ = std::thread([this, work = std::move(work)]() mutable {
    work();
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  });
}

RunningCopy::~RunningCopy() {
  stop_.raise();
  join();
}

FileCopyTask RunningCopy::task(const CopyOptions& options) {
  return {.block_bytes = options.block_bytes,
          .depth = options.depth,
          .workers = options.workers,
          .buffer_alignment = options.buffer_alignment,
          .source_flags = options.source_flags,
          .destination_flags = options.destination_flags,
          .next_pass = [this] { return next_pass(); },
          .block_copied =
              [this, on_block = options.on_block](auto begun) {
                report(blocks_, begun);
                on_block(blocks_);
              },
          .file_copied = [this](auto begun) { report(files_, begun); },
          .stop = stop_,
          .effective =
              [this](std::string_view name, std::string_view value) {
                const std::scoped_lock lock(mutex_);
                effective_[std::string(name)] = value;
              }};
}

std::span<const FileToCopy> RunningCopy::next_pass() {
  std::unique_lock lock(mutex_);
  waiting_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return given_ || ending_ || stop_.raised(); });
  waiting_ = false;
  if (!given_ || stop_.raised()) return {};
  pass_begun_ = FileCopyTask::Clock::now();
  return *std::exchange(given_, std::nullopt);
}

void RunningCopy::copy(std::span<const FileToCopy> manifest) {
  std::unique_lock lock(mutex_);
  given_ = manifest;
  changed_.notify_all();
  const bool over =
      changed_.wait_for(lock, patience, [this] { return (waiting_ && !given_) || ended_; });
  if (!over) throw Error(fmt::format("the pass was not over within {} s", patience.count()));
  if (!ended_ || stop_.raised()) return;
  lock.unlock();
  thread_.join();  // the exception is its until it has ended
  done_.get();
  throw Error("the cell returned before it was told to");
}

void RunningCopy::report(std::atomic<std::size_t>& count, FileCopyTask::Clock::time_point begun) {
  ++count;
  if (begun < pass_begun_.load() || begun > FileCopyTask::Clock::now()) ++misreported_;
}

std::string RunningCopy::effective(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = effective_.find(name);
  return found == effective_.end() ? std::string() : found->second;
}

bool RunningCopy::returned() const {
  return !done_.valid() || done_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

void RunningCopy::finish() {
  join();
  if (done_.valid()) done_.get();
}

void RunningCopy::stop() {
  stop_.raise();
  finish();
}

void RunningCopy::join() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (done_.valid() && done_.wait_for(patience) != std::future_status::ready) {
    fmt::print(stderr, "{}: the cell did not return within {} s of being told to\n", backend_.name,
               patience.count());
    std::abort();
  }
  thread_.join();
}

}  // namespace ringside::test
