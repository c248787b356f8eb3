#include "scenarios/file_copy/load.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"
#include "scenarios/file_copy/compare.hpp"
#include "scenarios/file_copy/file_system.hpp"
#include "scenarios/file_copy/files.hpp"
#include "scenarios/file_copy/passes.hpp"

namespace ringside {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// Generous: no part of anything measured, but a pass that takes longer never ends.
milliseconds limit_of(const FileCopyParams& params) {
  constexpr std::uint64_t slowest_bytes_per_s = std::uint64_t{4} << 20;
  return std::chrono::seconds(60 + params.set.bytes() / slowest_bytes_per_s);
}

}  // namespace

DataSet& FileCopyData::files_for(const FileCopyParams& params, std::size_t targets,
                                 std::uint64_t seed, const StopSignal& interrupt) {
  const std::string name = fmt::format("{}x{}", params.set.files, params.set.file_bytes);
  const auto [found, added] = sets_.try_emplace(name, folder() / name, params, seed);
  try {
    found->second.prepare(targets, seed, interrupt);
  } catch (const Error&) {
    // What was made before it went wrong must not take the room of others.
    std::error_code failure;
    std::filesystem::remove_all(folder() / name, failure);
    sets_.erase(found);
    throw;
  }
  return found->second;
}

FileCopyLoad::FileCopyLoad(const FileCopyParams& params, const LoadEnvironment& environment)
    : params_(params),
      team_(environment.team),
      interrupt_(environment.interrupt),
      sides_(environment.targets) {
  FileCopyData& kept = data(environment);
  directory_ = kept.folder();
  if (params_.direct) require_direct_io(directory_);
  files_ = &kept.files_for(params_, environment.targets, environment.seed, environment.interrupt);
}

FileCopyData& FileCopyLoad::data(const LoadEnvironment& environment) const {
  assert(environment.kept != nullptr);
  if (!*environment.kept) {
    *environment.kept = std::make_unique<FileCopyData>(
        params_.directory.empty() ? environment.folder : std::filesystem::path(params_.directory));
  }
  return dynamic_cast<FileCopyData&>(**environment.kept);
}

Json FileCopyLoad::cell_setup(std::size_t target) {
  const FileSystem file_system = file_system_of(directory_);
  return {{"sources", {files_->source(0).string(), files_->source(1).string()}},
          {"destination", files_->destination(target).string()},
          {"facts",
           {{"file_system", file_system.type},
            {"mount_options", file_system.options},
            {"device", file_system.device},
            {"access", params_.direct ? "O_DIRECT" : "page cache"}}}};
}

void FileCopyLoad::connect(std::size_t target, const Target& reached) {
  sides_[target].ask = reached.ask;
}

WindowResult FileCopyLoad::run_window(std::size_t target, const WindowSpec& spec) {
  Side& side = sides_[target];
  const std::uint64_t ops = operations_in_pass(params_);
  const bool timed = spec.measured > nanoseconds(0);
  WindowResult window;
  nanoseconds cpu{};
  Pass pass;
  do {
    pass = run_pass(target);
    window.all_ops += ops;
    if (!timed) break;
    window.ops += ops;
    window.bytes += params_.set.bytes();
    window.elapsed += pass.elapsed;
    cpu += pass.cpu;
    side.latency.merge(pass.latency);
    side.fsync += pass.fsync;
    ++side.passes;
  } while (window.elapsed < spec.measured);
  window.backend_cpu = cpu;

  if (pass.in_memory) {
    window.unverified_ops = window.ops;
    return window;
  }
  compare_copies(params_, files_->source(pass.source), files_->destination(target), team_,
                 interrupt_);
  window.unverified_ops = timed ? window.ops - ops : 0;
  return window;
}

FileCopyLoad::Pass FileCopyLoad::run_pass(std::size_t target) {
  if (interrupt_.raised()) throw Interrupted();
  if (params_.destination == Destination::fresh) remove_destinations(target);
  Pass pass;
  pass.source = files_->take_source(target);
  const Json done = sides_[target].ask({{"source", pass.source}}, limit_of(params_));
  pass.elapsed = nanoseconds(done.at("elapsed_ns").get<std::int64_t>());
  pass.cpu = nanoseconds(done.at("cpu_ns").get<std::int64_t>());
  pass.latency = histogram_from_sparse(done.at("latencies"));
  pass.in_memory = done.at("in_memory");
  if (pass.latency.count() != operations_in_pass(params_)) {
    throw TargetFailure(
        TargetFailure::Kind::broke_off,
        fmt::format("it reported {} of {} {} as copied", pass.latency.count(),
                    operations_in_pass(params_), params_.set.files == 1 ? "blocks" : "files"));
  }
  if (params_.fsync && !pass.in_memory) pass.fsync = sync_destinations(target);
  return pass;
}

void FileCopyLoad::remove_destinations(std::size_t target) const {
  for (std::size_t number = 0; number < params_.set.files; ++number) {
    const auto path = files_->destination(target) / file_name(number);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
      throw_errno(fmt::format("cannot remove {}", path.string()), errno, mend_for_files(errno));
    }
  }
}

nanoseconds FileCopyLoad::sync_destinations(std::size_t target) const {
  const auto begun = std::chrono::steady_clock::now();
  for (std::size_t number = 0; number < params_.set.files; ++number) {
    const auto path = files_->destination(target) / file_name(number);
    const UniqueFd file = open_file(path, O_RDONLY | O_NOFOLLOW);
    if (::fsync(file.get()) != 0) {
      throw_errno(fmt::format("fsync {}", path.string()), errno, mend_for_files(errno));
    }
  }
  return std::chrono::steady_clock::now() - begun;
}

void FileCopyLoad::disconnect(std::size_t target) noexcept {
  sides_[target].ask = nullptr;
}

LoadFigures FileCopyLoad::figures(std::size_t target) const {
  const Side& side = sides_[target];
  LoadFigures figures;
  figures.latency = side.latency;
  figures.fairness = Measured<Fairness>::unknown(
      "the cell copies by itself: there is no load generator beside it");
  if (params_.fsync && side.fsync > nanoseconds(0)) {
    figures.figures["fsync_ns_per_pass"] =
        static_cast<double>(side.fsync.count()) / static_cast<double>(side.passes);
  } else if (params_.fsync) {
    figures.figures["fsync_ns_per_pass"] = Measured<double>::unknown("no file was written to");
  }
  return figures;
}

}  // namespace ringside
