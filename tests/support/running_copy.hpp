// A file_copy cell at work in this process.
#pragma once

#include <fcntl.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "backends/backend.hpp"
#include "backends/tasks/file_copy.hpp"
#include "base/stop_signal.hpp"

namespace ringside::test {

/// What a cell is asked to do when a test has no reason to choose.
struct CopyOptions {
  std::size_t block_bytes = 4096;
  std::size_t depth = 8;
  std::size_t workers = 2;
  std::size_t buffer_alignment = 4096;
  int source_flags = O_RDONLY;
  int destination_flags = O_WRONLY | O_CREAT;

  /// Called, from any thread of the cell, with how many blocks it has reported so far.
  std::function<void(std::size_t blocks)> on_block = [](std::size_t) {};
};

/// Runs a file_copy cell on a thread of its own, in this process so that sanitizers see it. A cell
/// that does not return when told to stop cannot be got rid of: the process is aborted, after
/// `patience`.
class RunningCopy {
 public:
  RunningCopy(const Backend& backend, const CopyOptions& options);
  RunningCopy(const RunningCopy&) = delete;
  RunningCopy& operator=(const RunningCopy&) = delete;
  ~RunningCopy();

  /// Has the cell make one pass over `manifest`, and waits until it is over or left off because of
  /// the stop signal. Rethrows what the cell threw; throws Error when it returned for no reason, or
  /// takes longer than `patience`.
  void copy(std::span<const FileToCopy> manifest);

  /// Reports so far. Each began after its pass did, or the cell is at fault: see misreported.
  std::size_t blocks() const noexcept { return blocks_; }
  std::size_t files() const noexcept { return files_; }
  std::size_t misreported() const noexcept { return misreported_; }

  /// What the cell has recorded under that name; empty when nothing.
  std::string effective(const std::string& name) const;

  const StopSignal& stop_signal() const noexcept { return stop_; }

  /// Whether the cell's function has returned or thrown.
  bool returned() const;

  /// Lets the cell return, by an empty manifest alone, and waits. Rethrows what it threw; once.
  void finish();

  /// Raises the stop signal, then as finish().
  void stop();

 private:
  FileCopyTask task(const CopyOptions& options);
  std::span<const FileToCopy> next_pass();
  void report(std::atomic<std::size_t>& count, FileCopyTask::Clock::time_point begun);
  void join();

  const Backend& backend_;
  const StopSignal stop_;
  std::atomic<std::size_t> blocks_ = 0, files_ = 0, misreported_ = 0;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::optional<std::span<const FileToCopy>> given_;  // a pass, until the cell takes it
  bool waiting_ = false;                              // the cell waits for the next pass
  bool ending_ = false;                               // the cell is told to return
  bool ended_ = false;                                // and has done so, or thrown
  std::map<std::string, std::string, std::less<>> effective_;

  std::atomic<FileCopyTask::Clock::time_point> pass_begun_ = FileCopyTask::Clock::now();
  std::future<void> done_;
  std::thread thread_;
};

}  // namespace ringside::test
