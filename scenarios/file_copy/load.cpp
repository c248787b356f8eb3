#include "scenarios/file_copy/load.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/path_json.hpp"
#include "base/remedy.hpp"
#include "base/stop_signal.hpp"
#include "base/units.hpp"
#include "scenarios/file_copy/compare.hpp"
#include "scenarios/file_copy/file_system.hpp"
#include "scenarios/file_copy/files.hpp"
#include "scenarios/file_copy/passes.hpp"

namespace ringside {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Of this size a data set is measured in slices, of some passes each.
constexpr std::uint64_t small_set = std::uint64_t{64} << 20;

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
  round_bytes_ = (environment.targets + 2) * params_.set.bytes();
  memory_ = memory_room();
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
  // One by one: two of them in braces would be taken for an object where the first is a string.
  Json sources = Json::array();
  for (const std::size_t which : {0u, 1u}) sources.push_back(path_to_json(files_->source(which)));
  return {{"sources", sources},
          {"destination", path_to_json(files_->destination(target))},
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
  if (timed && spec.warmup > nanoseconds(0)) window.all_ops += ops * warm_up(target, spec.warmup);
  do {
    pass = run_pass(target);
    window.all_ops += ops;
    if (!timed) break;
    window.ops += ops;
    window.bytes += params_.set.bytes();
    window.elapsed += pass.elapsed;
    cpu += pass.cpu;
    window.response += pass.response;
    add(side, pass);
  } while (window.elapsed < spec.measured);
  window.backend_cpu = cpu;
  // Whole passes: nothing of them lies over an edge, and every operation ends where it began.
  window.work = static_cast<double>(window.ops);
  window.begun = {.started = window.ops, .ended_inside = window.ops};
  // No halves to compare: the two sets of sources take turns, and one may lie better.

  if (pass.in_memory) {
    window.unverified_ops = window.ops;
    return window;
  }
  compare_copies(params_, files_->source(pass.source), files_->destination(target), team_,
                 interrupt_);
  window.unverified_ops = timed ? window.ops - ops : 0;
  return window;
}

/// Other memory is in the caches since the window before: what was compared, and what other cells
/// have copied. Where that is a large part of a pass, both sets of sources go before. Returns the
/// number of passes.
std::uint64_t FileCopyLoad::warm_up(std::size_t target, nanoseconds least) {
  const std::uint64_t least_passes = params_.set.bytes() <= small_set ? 2 : 1;
  std::uint64_t passes = 0;
  for (nanoseconds warm{}; passes < least_passes || warm < least; ++passes) {
    const Pass pass = run_pass(target);
    warm += pass.elapsed + pass.fsync;
  }
  return passes;
}

void FileCopyLoad::add(Side& side, const Pass& pass) const {
  side.latency.merge(pass.latency);
  side.fsync += pass.fsync;
  ++side.passes;
  side.in_memory = pass.in_memory;
  side.read_bytes += params_.set.bytes();
  if (!pass.device_bytes) side.device_bytes.reset();
  if (side.device_bytes) *side.device_bytes += *pass.device_bytes;
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
  // Builds of ringside 0.1 do not say it: a gate may have one as its base.
  const nanoseconds by_histogram =
      pass.latency.mean() * static_cast<std::int64_t>(pass.latency.count());
  pass.response = nanoseconds(done.value("response_ns", by_histogram.count()));
  pass.in_memory = done.at("in_memory");
  const auto from_device = done.find("device_read_bytes");  // older builds do not say
  if (from_device != done.end()) pass.device_bytes = from_device->get<std::uint64_t>();
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
      throw_errno(fmt::format("cannot remove {}", path.string()), errno, remedy(Need::path, errno));
    }
  }
}

nanoseconds FileCopyLoad::sync_destinations(std::size_t target) const {
  const auto begun = std::chrono::steady_clock::now();
  for (std::size_t number = 0; number < params_.set.files; ++number) {
    const auto path = files_->destination(target) / file_name(number);
    const UniqueFd file = open_file(path, O_RDONLY | O_NOFOLLOW);
    if (::fsync(file.get()) != 0) {
      throw_errno(fmt::format("fsync {}", path.string()), errno, remedy(Need::data, errno));
    }
  }
  return std::chrono::steady_clock::now() - begun;
}

void FileCopyLoad::disconnect(std::size_t target) noexcept {
  sides_[target].ask = nullptr;
}

/// What kind of copy it was, by what came from the device; empty where nothing need be said.
std::string FileCopyLoad::page_cache_caveat(const Side& side) const {
  constexpr double hardly_any = 0.01;
  const std::string not_written =
      params_.fsync ? "" : "without --fsync nothing need have reached the disk";
  if (params_.direct || side.in_memory || side.passes == 0) return {};
  if (!side.device_bytes) return not_written;
  const double share =
      static_cast<double>(*side.device_bytes) / static_cast<double>(side.read_bytes);
  if (share < hardly_any) return params_.fsync ? "" : "a page-cache copy: " + not_written;
  std::string caveat = fmt::format(
      "no copy from the page cache: {:.0f} % of what it read came from the device", share * 100);
  if (memory_ && memory_->bytes < round_bytes_) {
    caveat += fmt::format(
        ", for the files of the round, {} in all, do not fit into the {} of memory that was free "
        "({}): raise that, or copy smaller --files",
        format_bytes(round_bytes_ >> 20 << 20), format_bytes(memory_->bytes >> 20 << 20),
        memory_->bound_by);
  }
  return not_written.empty() ? caveat : caveat + "; " + not_written;
}

LoadFigures FileCopyLoad::figures(std::size_t target) const {
  const Side& side = sides_[target];
  LoadFigures figures;
  figures.latency = side.latency;
  if (const std::string caveat = page_cache_caveat(side); !caveat.empty()) {
    figures.caveats.push_back(caveat);
  }
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

void FileCopyLoad::forget_figures(std::size_t target) {
  Side& side = sides_[target];
  side.latency = {};
  side.fsync = {};
  side.passes = 0;
  side.read_bytes = 0;
  side.device_bytes = 0;
}

}  // namespace ringside
