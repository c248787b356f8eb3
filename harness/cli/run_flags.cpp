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
  int rounds;
  int cycles;
};

const std::array<Profile, 3>& profiles() {
  static const std::array<Profile, 3> table{{
      {.name = "quick",
       .summary = "one set of parameters, about a minute",
       .echo = {},
       .rounds = 10,
       .cycles = 20},
      {.name = "standard",
       .summary = "1 to 512 connections, small and page-sized messages, about six minutes",
       .echo = {.connections = {1, 64, 512}, .payload_bytes = {128, 4096}},
       .rounds = 10,
       .cycles = 20},
      {.name = "thorough",
       .summary = "also deep pipelines and large messages, an hour or more",
       .echo = {.connections = {1, 64, 512},
                .payload_bytes = {128, 4096, 65536},
                .pipeline = {1, 16}},
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
  if (!given(command, "--rounds")) options.rounds = profile.rounds;
  if (!given(command, "--cycles")) options.cycles = profile.cycles;
}

void add_what(CLI::App& command, RunFlags& flags) {
  Options& options = flags.request.options;
  command.add_option("scenario", flags.scenarios, "Scenarios to run: echo (default: all)");
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
  command
      .add_option("--load-io", flags.load_io,
                  "What the load drives its sockets with: auto (io_uring where it is allowed), "
                  "epoll, io_uring")
      ->default_str("auto")
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

}  // namespace

void add_run_flags(CLI::App& command, RunFlags& flags) {
  add_what(command, flags);
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
  if (!flags.load_io.empty()) options.load_io = parse_load_io(flags.load_io);
  validate(request.show);
  return request;
}

}  // namespace ringside
