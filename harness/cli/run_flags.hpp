// The flags of `ringside run`.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "harness/cli/draw.hpp"
#include "harness/cli/show.hpp"
#include "harness/plan/options.hpp"

namespace ringside {

struct Backend;
struct Scenario;

/// What `ringside run` was asked for: what to measure, and how to show it.
struct RunRequest {
  Options options;
  std::string output;  ///< the results folder; empty: one named after time and host
  ShowFlags show;
  DrawFlags draw;
  bool quiet = false;    ///< no progress
  bool dry_run = false;  ///< print the plan only
};

/// The flags as the user typed them, before units are parsed and the profile is applied.
struct RunFlags {
  std::vector<std::string> scenarios;
  std::vector<std::string> backends;
  std::map<std::string, std::vector<std::string>, std::less<>> parameters;  // of scenarios, by flag
  std::map<std::string, bool, std::less<>> toggles;                         // of scenarios, by flag
  std::string slice, warmup, duration;
  std::string interleave;
  bool audit = false;  // of meaning where it was given
  std::string profile = "quick";
  std::string backend_cpus, load_cpus, load_io;
  RunRequest request;
};

/// What a run may name.
struct Nameable {
  std::span<const Backend> backends;
  std::span<const Scenario> scenarios;
};

/// Adds the flags that say which work is measured, in which slices and where the results go;
/// `flags` must live as long as `command` does.
void add_work_flags(CLI::App& command, RunFlags& flags, const Nameable& nameable);

/// Adds all flags, those of a comparison of backends among them; likewise.
void add_run_flags(CLI::App& command, RunFlags& flags, const Nameable& nameable);

/// Applies the profile to everything that was not given, and parses units. Throws Error.
RunRequest resolve(const CLI::App& command, std::span<const Scenario> scenarios,
                   const RunFlags& flags);

}  // namespace ringside
