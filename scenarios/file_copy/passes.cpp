#include "scenarios/file_copy/passes.hpp"

#include <sys/resource.h>

#include <ctime>
#include <filesystem>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/path_json.hpp"
#include "base/stop_signal.hpp"
#include "scenarios/file_copy/files.hpp"

namespace ringside {

namespace {

std::chrono::nanoseconds process_cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// What this process, with the kernel's workers for it, had read from block devices: what came from
/// the page cache is not in it. Source: getrusage(2), in blocks of 512 bytes.
std::uint64_t bytes_from_devices() {
  constexpr std::uint64_t block = 512;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_inblock) * block;
}

std::vector<FileToCopy> manifest(const FileCopyParams& params, const std::filesystem::path& source,
                                 const std::filesystem::path& destination) {
  std::vector<FileToCopy> files;
  for (std::size_t number = 0; number < params.set.files; ++number) {
    const std::string name = file_name(number);
    files.push_back({.source = source / name,
                     .destination = destination / name,
                     .bytes = params.set.file_bytes});
  }
  return files;
}

}  // namespace

CopyPasses::CopyPasses(const FileCopyParams& params, const CellEnvironment& environment,
                       bool in_memory)
    : params_(params), environment_(environment), in_memory_(in_memory) {
  const Json& setup = environment.setup;
  const std::filesystem::path destination = path_from_json(setup.at("destination"));
  for (std::size_t which = 0; which < manifests_.size(); ++which) {
    manifests_[which] =
        manifest(params, path_from_json(setup.at("sources").at(which)), destination);
  }
}

FileCopyTask CopyPasses::task() {
  using Begun = FileCopyTask::Clock::time_point;
  const bool one_file = params_.set.files == 1;
  const auto record_it = [this](Begun begun) { record(begun); };
  const auto ignore_it = [](Begun) {};
  FileCopyTask task{.block_bytes = params_.block_bytes,
                    .depth = params_.depth,
                    .workers = params_.workers,
                    .buffer_alignment = direct_alignment,
                    .source_flags = source_flags(params_),
                    .destination_flags = destination_flags(params_),
                    .next_pass = [this] { return next_pass(); },
                    .block_copied = ignore_it,
                    .file_copied = ignore_it,
                    .stop = environment_.stop,
                    .effective = environment_.effective};
  (one_file ? task.block_copied : task.file_copied) = record_it;
  return task;
}

std::span<const FileToCopy> CopyPasses::next_pass() {
  if (under_way_) end();
  // Whoever asks for work has its threads, rings and buffers.
  if (!std::exchange(ready_, true)) environment_.ready();
  const auto order = environment_.next_order();
  if (!order) return {};
  begin();
  return manifests_.at(order->at("source").get<std::size_t>());
}

void CopyPasses::begin() {
  latency_.clear();
  response_ = {};
  under_way_ = true;
  device_before_ = bytes_from_devices();
  cpu_before_ = process_cpu();
  begun_ = FileCopyTask::Clock::now();
}

void CopyPasses::end() {
  const auto elapsed = FileCopyTask::Clock::now() - begun_;
  const auto cpu = process_cpu() - cpu_before_;
  const std::uint64_t from_device = bytes_from_devices() - device_before_;
  under_way_ = false;
  if (environment_.stop.raised()) return;
  environment_.done({{"elapsed_ns", std::chrono::nanoseconds(elapsed).count()},
                     {"cpu_ns", cpu.count()},
                     {"device_read_bytes", from_device},
                     {"latencies", sparse(latency_)},
                     {"response_ns", response_.count()},
                     {"in_memory", in_memory_}});
}

void CopyPasses::record(FileCopyTask::Clock::time_point begun) {
  const auto latency = FileCopyTask::Clock::now() - begun;
  const std::scoped_lock lock(recording_);
  latency_.record(latency);
  response_ += latency;
}

Json sparse(const Histogram& histogram) {
  Json list = Json::array();
  const auto counts = histogram.counts();
  for (std::size_t index = 0; index < counts.size(); ++index) {
    if (counts[index] != 0) list.push_back({index, counts[index]});
  }
  return list;
}

Histogram histogram_from_sparse(const Json& list) try {
  std::vector<std::uint64_t> counts(Histogram::length());
  for (const Json& entry : list) {
    counts.at(entry.at(0).get<std::size_t>()) = entry.at(1).get<std::uint64_t>();
  }
  return Histogram::from_counts(counts);
} catch (const std::exception& failure) {
  throw Error(std::string("the cell's latencies cannot be read: ") + failure.what());
}

}  // namespace ringside
