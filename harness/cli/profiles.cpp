#include "harness/cli/profiles.hpp"

#include <array>
#include <cstddef>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/names.hpp"
#include "harness/plan/options.hpp"

namespace ringside {

namespace {

/// What a profile sets where the user says nothing.
struct Profile {
  std::string_view name;
  std::string_view summary;
  EchoSweep echo;
  FanOutSweep fan_out;
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
       .summary = "all scenarios, few parameters, some five minutes",
       .echo = {},
       .fan_out = {.fan_out = {4, 16}},
       .file_copy = {.sets = {{1, mebi(32)}}},
       .rounds = 8,
       .cycles = 5},
      {.name = "standard",
       .summary =
           "1 to 512 connections, small and page-sized messages, many and large files, three "
           "quarters of an hour",
       .echo = {.connections = {1, 64, 512}, .payload_bytes = {128, 4096}},
       .fan_out = {.leaf_delay = parse_leaf_delays("none,exp:200us")},
       .file_copy = {.sets = {{1, mebi(64)}, {512, kibi(64)}, {1, mebi(256)}, {2000, kibi(64)}}},
       .rounds = 10,
       .cycles = 12},
      {.name = "thorough",
       .summary = "also deep pipelines, large messages, wide fan-out, many hours",
       .echo = {.connections = {1, 64, 512},
                .payload_bytes = {128, 4096, 65536},
                .pipeline = {1, 16}},
       .fan_out = {.fan_out = {1, 4, 16, 64},
                   .connections = {1, 8, 64},
                   .leaf_delay = parse_leaf_delays("none,exp:200us,bimodal:100us,10ms,1%")},
       .file_copy = {.sets = {{1, mebi(64)}, {512, kibi(64)}, {1, mebi(256)}, {2000, kibi(64)}},
                     .block_bytes = {kibi(64), mebi(1)},
                     .depth = {1, 16}},
       .rounds = 20,
       .cycles = 12},
  }};
  return table;
}

bool given(const CLI::App& command, const std::string& name) {
  const CLI::Option* option = command.get_option_no_throw(name);
  return option != nullptr && option->count() > 0;
}

}  // namespace

std::string profile_help() {
  std::string text = "How much to measure where no flag says otherwise:";
  for (const Profile& profile : profiles()) {
    text += fmt::format(" {} ({});", profile.name, profile.summary);
  }
  text.back() = '.';
  return text;
}

std::vector<std::string_view> profile_names() {
  return names_of(profiles());
}

void apply_profile(const std::string& name, const CLI::App& command, Options& options) {
  const Profile& profile = find_named("profile", name, profiles());
  options.echo.connections = profile.echo.connections;
  if (!given(command, "--payload")) options.echo.payload_bytes = profile.echo.payload_bytes;
  if (!given(command, "--pipeline")) options.echo.pipeline = profile.echo.pipeline;
  options.echo.threads = profile.echo.threads;
  const FanOutSweep& fan_out = profile.fan_out;
  if (!given(command, "--fan-out")) options.fan_out.fan_out = fan_out.fan_out;
  options.fan_out.connections = fan_out.connections;
  options.fan_out.leaf_delay = fan_out.leaf_delay;
  if (!given(command, "--files")) options.file_copy.sets = profile.file_copy.sets;
  if (!given(command, "--block")) options.file_copy.block_bytes = profile.file_copy.block_bytes;
  if (!given(command, "--depth")) options.file_copy.depth = profile.file_copy.depth;
  if (!given(command, "--workers")) options.file_copy.workers = profile.file_copy.workers;
  if (!given(command, "--rounds")) options.rounds = profile.rounds;
  if (!given(command, "--cycles")) options.cycles = profile.cycles;
}

}  // namespace ringside
