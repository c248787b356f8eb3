#include "harness/cli/run_flags.hpp"

#include <algorithm>
#include <array>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/names.hpp"
#include "harness/plan/units.hpp"

namespace ringside {

namespace {

/// What a profile sets where the user says nothing.
struct Profile {
  std::string_view name;
  std::string_view summary;
  EchoSweep echo;
  FileCopySweep file_copy;
  int rounds;
  int cycles;
};

constexpr std::size_t kibi(std::size_t count) {
  return count << 10;
}

constexpr std::size_t mebi(std::size_t count) {
  return count << 20;
}

const std::array<Profile, 3>& profiles() {
  static const std::array<Profile, 3> table{{
      {.name = "quick",
       .summary = "one set of parameters, about a minute",
       .echo = {},
       .file_copy = {.sets = {{1, mebi(32)}}},
       .rounds = 10,
       .cycles = 20},
      {.name = "standard",
       .summary = "1 to 512 connections, small and page-sized messages, about six minutes",
       .echo = {.connections = {1, 64, 512}, .payload_bytes = {128, 4096}},
       .file_copy = {.sets = {{1, mebi(64)}, {512, kibi(64)}, {1, mebi(256)}, {2000, kibi(64)}}},
       .rounds = 10,
       .cycles = 20},
      {.name = "thorough",
       .summary = "also deep pipelines and large messages, an hour or more",
       .echo = {.connections = {1, 64, 512},
                .payload_bytes = {128, 4096, 65536},
                .pipeline = {1, 16}},
       .file_copy = {.sets = {{1, mebi(64)}, {512, kibi(64)}, {1, mebi(256)}, {2000, kibi(64)}},
                     .block_bytes = {kibi(64), mebi(1)},
                     .depth = {1, 16}},
       .rounds = 20,
       .cycles = 20},
  }};
  return table;
}

std::string profile_help() {
  std::string text = "How much to measure where no flag says otherwise:";
  for (const Profile& profile : profiles()) {
    text += fmt::format(" {} ({});", profile.name, profile.summary);
  }
  text.back() = '.';
  return text;
}

bool given(const CLI::App& command, const std::string& name) {
  return command.get_option(name)->count() > 0;
}

void apply_profile(const CLI::App& command, const Profile& profile, Options& options) {
  if (!given(command, "--connections")) options.echo.connections = profile.echo.connections;
  if (!given(command, "--payload")) options.echo.payload_bytes = profile.echo.payload_bytes;
  if (!given(command, "--pipeline")) options.echo.pipeline = profile.echo.pipeline;
  if (!given(command, "--threads")) options.echo.threads = profile.echo.threads;
  if (!given(command, "--files")) options.file_copy.sets = profile.file_copy.sets;
  if (!given(command, "--block")) options.file_copy.block_bytes = profile.file_copy.block_bytes;
  if (!given(command, "--depth")) options.file_copy.depth = profile.file_copy.depth;
  if (!given(command, "--workers")) options.file_copy.workers = profile.file_copy.workers;
  if (!given(command, "--rounds")) options.rounds = profile.rounds;
  if (!given(command, "--cycles")) options.cycles = profile.cycles;
}

void add_what(CLI::App& command, RunFlags& flags) {
  Options& options = flags.request.options;
  command.add_option("scenario", flags.scenarios,
                     "Scenarios to run: echo, file_copy (default: all)");
  command.add_option("--backends", flags.backends, "Backends to compare: a,b,… or all")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--baseline", options.baseline, "What the others are compared with")
      ->capture_default_str();
  command.add_flag("!--no-control", options.control,
                   "Leave out the second copy of the baseline that shows what no difference is");
  command.add_option("--profile", flags.profile, profile_help())->capture_default_str();

  const std::string echo = "Echo";
  command.add_option("--connections", options.echo.connections, "Connections; a list is a sweep")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::PositiveNumber)
      ->group(echo);
  command.add_option("--payload", flags.payload, "Bytes of a message: 128, 4KiB, 64kB; a list too")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(echo);
  command.add_option("--pipeline", options.echo.pipeline, "Messages in flight on a connection")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::PositiveNumber)
      ->group(echo);
  command.add_option("--threads", options.echo.threads, "Event-loop threads of a backend")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::PositiveNumber)
      ->group(echo);
}

void add_file_copy(CLI::App& command, RunFlags& flags) {
  FileCopySweep& file_copy = flags.request.options.file_copy;
  const std::string group = "File copy";
  command.add_option("--files", flags.files, "Files and their size: 1x256MiB,2000x64KiB")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(group);
  command.add_option("--block", flags.block, "Bytes of one read and write; a list too (256KiB)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(group);
  command.add_option("--depth", file_copy.depth, "Blocks in flight; a list too")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::PositiveNumber)
      ->group(group);
  command.add_option("--workers", file_copy.workers, "Copying threads of models that block")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::PositiveNumber)
      ->group(group);
  command
      .add_option("--dir", file_copy.directory, "Where the files are made (the results' folder)")
      ->group(group);
  command
      .add_option("--destination", flags.destination,
                  "in-place: write over files; fresh: make them; truncate: cut and write")
      ->default_str("in-place")
      ->group(group);
  command.add_flag("--direct", file_copy.direct, "O_DIRECT: past the page cache")->group(group);
  command.add_flag("--fsync", file_copy.fsync, "After every pass, timed apart")->group(group);
}

void add_how(CLI::App& command, RunFlags& flags) {
  Options& options = flags.request.options;
  const std::string measuring = "Measuring";
  command
      .add_option("--interleave", flags.interleave,
                  "slice: all alive, the load moves every few ms; trial: whole windows in turn")
      ->default_str("slice")
      ->group(measuring);
  command.add_option("--rounds", options.rounds, "Rounds, with fresh processes each")
      ->group(measuring);
  command.add_option("--cycles", options.cycles, "Slices of each backend in a round")
      ->group(measuring);
  command.add_option("--slice", flags.slice, "Measured part of a slice")
      ->default_str("20ms")
      ->group(measuring);
  command.add_option("--warmup", flags.warmup, "Warm-up before each slice")
      ->default_str("3ms")
      ->group(measuring);
  command.add_option("--duration", flags.duration, "Length of a whole window")
      ->default_str("1s")
      ->group(measuring);
  command.add_option("--seed", options.seed, "Of the order of slices and of the data")
      ->capture_default_str()
      ->group(measuring);
  command.add_option("--backend-cpus", flags.backend_cpus, "CPUs for the backends, as 0-3,5")
      ->group(measuring);
  command.add_option("--load-cpus", flags.load_cpus, "CPUs for the load generator")
      ->group(measuring);
}

void add_output(CLI::App& command, RunFlags& flags) {
  const std::string output = "Output";
  RunRequest& request = flags.request;
  command.add_option("--output", request.output, "The results folder (default: results/TIME-HOST)")
      ->group(output);
  add_show_flags(command, request.show);
  command.add_flag("--quiet", request.quiet, "No progress on standard error")->group(output);
  command.add_flag("--dry-run", request.dry_run, "Print the plan and measure nothing")
      ->group(output);
}

void resolve_file_copy(const RunFlags& flags, FileCopySweep& file_copy) {
  if (!flags.files.empty()) {
    file_copy.sets.clear();
    for (const std::string& set : flags.files) file_copy.sets.push_back(parse_file_set(set));
  }
  if (!flags.block.empty()) {
    file_copy.block_bytes.clear();
    for (const std::string& size : flags.block) {
      file_copy.block_bytes.push_back(parse_bytes(size));
    }
  }
  if (!flags.destination.empty()) file_copy.destination = parse_destination(flags.destination);
}

}  // namespace

void add_run_flags(CLI::App& command, RunFlags& flags) {
  add_what(command, flags);
  add_file_copy(command, flags);
  add_how(command, flags);
  add_output(command, flags);
}

RunRequest resolve(const CLI::App& command, const RunFlags& flags) {
  RunRequest request = flags.request;
  Options& options = request.options;
  apply_profile(command, find_named("profile", flags.profile, profiles()), options);

  if (!flags.scenarios.empty()) options.scenarios = flags.scenarios;
  const bool all_backends = std::ranges::count(flags.backends, "all") > 0;
  if (!all_backends) options.backends = flags.backends;
  if (!flags.payload.empty()) {
    options.echo.payload_bytes.clear();
    for (const std::string& size : flags.payload) {
      options.echo.payload_bytes.push_back(parse_bytes(size));
    }
  }
  resolve_file_copy(flags, options.file_copy);
  if (!flags.slice.empty()) options.slice = parse_duration(flags.slice);
  if (!flags.warmup.empty()) options.warmup = parse_duration(flags.warmup);
  if (!flags.duration.empty()) options.duration = parse_duration(flags.duration);
  if (!flags.backend_cpus.empty()) options.backend_cpus = flags.backend_cpus;
  if (!flags.load_cpus.empty()) options.load_cpus = flags.load_cpus;
  if (flags.interleave == "trial") {
    options.interleave = Interleave::trial;
  } else if (!flags.interleave.empty() && flags.interleave != "slice") {
    throw unknown_name("interleaving", flags.interleave, {"slice", "trial"});
  }
  validate(request.show);
  return request;
}

}  // namespace ringside
