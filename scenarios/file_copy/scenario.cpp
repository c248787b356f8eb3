#include "scenarios/file_copy/scenario.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "backends/backend.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "scenarios/file_copy/data_folder.hpp"
#include "scenarios/file_copy/file_system.hpp"
#include "scenarios/file_copy/load.hpp"
#include "scenarios/file_copy/params.hpp"
#include "scenarios/file_copy/passes.hpp"
#include "scenarios/file_copy/references.hpp"

namespace ringside {

namespace {

// A pass over more takes longer than a slice should, and every backend of a round has destinations
// of its own: docs/METHODOLOGY.md has the figures.
constexpr std::uint64_t slice_limit = std::uint64_t{64} << 20;

// After other cells have copied, the passes of one become faster for some tens of milliseconds:
// slices of 20 ms after as much warm-up said 5 to 10 % less than whole windows
// (docs/METHODOLOGY.md).
constexpr SliceLengths least_slice{.warmup = std::chrono::milliseconds(100),
                                   .measured = std::chrono::milliseconds(50)};

void check_params(const Json& json) {
  const FileCopyParams params = file_copy_params_from_json(json);
  if (!params.directory.empty()) require_writable_directory(params.directory);
  check(params);
}

std::string describe(const Json& json) {
  const FileCopyParams params = file_copy_params_from_json(json);
  return fmt::format("{} file{} x {}, blocks of {}, {} in flight, {} worker{}, {}{}{}",
                     params.set.files, params.set.files == 1 ? "" : "s",
                     format_bytes(params.set.file_bytes), format_bytes(params.block_bytes),
                     params.depth, params.workers, params.workers == 1 ? "" : "s",
                     to_string(params.destination), params.direct ? ", O_DIRECT" : "",
                     params.fsync ? ", fsync" : "");
}

std::string whole_windows(const Json& json) {
  const std::uint64_t bytes = file_copy_params_from_json(json).set.bytes();
  if (bytes <= slice_limit) return {};
  return fmt::format("one pass copies {}, more than the {} of which slices are made",
                     format_bytes(bytes), format_bytes(slice_limit));
}

std::vector<std::string> caveats(const Json& json) {
  const FileCopyParams params = file_copy_params_from_json(json);
  std::vector<std::string> caveats;
  if (params.destination != Destination::in_place) {
    caveats.emplace_back(
        "destinations take their memory anew in every pass: where a virtual machine gives freed "
        "memory back to its host (`ringside doctor` says), touching it again is dear");
  }
  return caveats;
}

void run_cell(const Backend& backend, const Json& json, const CellEnvironment& environment) {
  const bool in_memory = copies_in_memory(backend);
  CopyPasses passes(file_copy_params_from_json(json), environment, in_memory);
  if (!in_memory) {
    for (const auto& [name, value] : environment.setup.at("facts").items()) {
      environment.effective(name, value.get<std::string>());
    }
  }
  backend.run(passes.task());
}

}  // namespace

const Scenario file_copy_scenario{
    .name = "file_copy",
    .summary = "copies files block by block; every copy is compared with its source",
    .title = "File copy",
    .parameters = file_copy_parameters(),
    .check = check_params,
    .words = [](const Json& json) -> WorkWords {
      const std::string one = file_copy_params_from_json(json).set.files == 1 ? "block" : "file";
      return {.operation = one, .unit = one, .by_bytes = true};
    },
    .describe = describe,
    .listeners = [](const Json&) { return std::size_t{0}; },
    .descriptors = [](const Json& params) -> DescriptorNeeds {
      // A source and a destination for every block in flight; the load looks at one pair a thread.
      return {.in_cell = 2 * file_copy_params_from_json(params).depth, .in_load = 2};
    },
    .population = [](const Json& json) -> Population {
      const FileCopyParams params = file_copy_params_from_json(json);
      return {.operations = std::max(params.depth, params.workers), .exact = false};
    },
    .cpu_users = CpuUsers::cell_alone,
    .least_slice = least_slice,
    .whole_windows = whole_windows,
    .caveats = caveats,
    .references = file_copy_references,
    .run_cell = run_cell,
    .remove_left_over = [] { remove_left_over_data(); },
    .make_load = [](const Json& params,
                    const LoadEnvironment& environment) -> std::unique_ptr<Load> {
      return std::make_unique<FileCopyLoad>(file_copy_params_from_json(params), environment);
    },
};

}  // namespace ringside
