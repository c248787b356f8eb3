#include "harness/cli/run_flags.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "backends/backend.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/standard_streams.hpp"
#include "base/units.hpp"
#include "harness/cli/profiles.hpp"
#include "harness/manual/known_values.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

std::vector<std::string_view> interleave_words() {
  return {"slice", "trial"};
}

/// A flag that takes a list, which makes a sweep.
template <typename Value>
CLI::Option* add_list(CLI::App& command, const std::string& name, std::vector<Value>& values,
                      const std::string& help, const std::string& group) {
  return command.add_option(name, values, help + "; a list is a sweep")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(group);
}

/// CLI11's own check for this shows the range of all doubles.
CLI::Validator from_one() {
  return {[](const std::string& text) {
            std::uint64_t number = 0;
            const char* const end = text.data() + text.size();
            const auto [after, failure] = std::from_chars(text.data(), end, number);
            const bool right = failure == std::errc() && after == end && number > 0;
            return right ? std::string() : "'" + text + "' is not a whole number from 1 on";
          },
          "POSITIVE"};
}

/// A list of counts, none of them 0.
template <typename Value>
void add_counts(CLI::App& command, const std::string& name, std::vector<Value>& values,
                const std::string& help, const std::string& group) {
  add_list(command, name, values, help, group)->check(from_one());
}

void add_what(CLI::App& command, RunFlags& flags, const Nameable& nameable) {
  Options& options = flags.request.options;
  know_words(command.add_option("scenario", flags.scenarios,
                                "Scenarios to run: echo, file_copy, fan_out (default: all)"),
             names_of(nameable.scenarios));
  std::vector<std::string_view> backends = names_of(nameable.backends);
  backends.insert(backends.begin(), "all");
  know_words(command.add_option("--backends", flags.backends, "Backends to compare: a,b,… or all"),
             backends)
      ->delimiter(',')
      ->allow_extra_args(false);

  const std::string shared = "Echo and fan-out";
  add_counts(command, "--connections", flags.connections,
             "Connections; default 64 for echo and 8 for fan_out", shared);
  add_counts(command, "--threads", flags.threads, "Event-loop threads of a backend", shared);

  const std::string echo = "Echo";
  add_list(command, "--payload", flags.payload, "Bytes of a message: 128, 4KiB, 64kB", echo);
  add_counts(command, "--pipeline", options.echo.pipeline, "Messages in flight on a connection",
             echo);
}

void add_fan_out(CLI::App& command, RunFlags& flags) {
  FanOutSweep& sweep = flags.request.options.fan_out;
  const std::string fan_out = "Fan-out";
  add_counts(command, "--fan-out", sweep.fan_out, "Leaves that each request goes to", fan_out);
  add_counts(command, "--quorum", sweep.quorum, "Replies to wait for (default: all)", fan_out);
  add_list(command, "--request", flags.request_bytes, "Bytes of a request: 128, 4KiB", fan_out);
  add_list(command, "--reply", flags.reply_bytes, "Bytes of a leaf's reply: 128, 4KiB", fan_out);
  // Its values contain commas themselves: it takes its list apart on its own.
  command
      .add_option("--leaf-delay", flags.leaf_delay,
                  "What leaves wait: none, fixed:1ms, exp:1ms, bimodal:100us,10ms,1%; a list too")
      ->allow_extra_args(false)
      ->group(fan_out);
}

void add_file_copy(CLI::App& command, RunFlags& flags) {
  FileCopySweep& file_copy = flags.request.options.file_copy;
  const std::string group = "File copy";
  add_list(command, "--files", flags.files, "Files and their size: 1x256MiB,2000x64KiB", group);
  add_list(command, "--block", flags.block, "Bytes of one read and write (256KiB)", group);
  add_counts(command, "--depth", file_copy.depth, "Blocks in flight", group);
  add_counts(command, "--workers", file_copy.workers, "Copying threads of models that block",
             group);
  know_path(command.add_option("--dir", file_copy.directory,
                               "Where the files are made (the results' folder)"))
      ->group(group);
  know_words(
      command.add_option("--destination", flags.destination,
                         "in-place: write over files; fresh: make them; truncate: cut and write"),
      destination_words())
      ->default_str("in-place")
      ->group(group);
  command.add_flag("--direct", file_copy.direct, "O_DIRECT: past the page cache")->group(group);
  command.add_flag("--fsync", file_copy.fsync, "After every pass, timed apart")->group(group);
}

/// What only a comparison of backends has.
void add_compared(CLI::App& command, RunFlags& flags, const Nameable& nameable) {
  Options& options = flags.request.options;
  know_words(
      command.add_option("--baseline", options.baseline, "What the others are compared with"),
      names_of(nameable.backends))
      ->capture_default_str();
  command.add_flag("!--no-control", options.control,
                   "Leave out the second copy of the baseline that shows what no difference is");
  know_words(command.add_option("--profile", flags.profile, profile_help()), profile_names())
      ->capture_default_str();
  const std::string measuring = "Measuring";
  know_words(command.add_option(
                 "--interleave", flags.interleave,
                 "slice: all alive, the load moves every few ms; trial: whole windows in turn"),
             interleave_words())
      ->default_str("slice")
      ->group(measuring);
  command
      .add_option("--rounds", options.rounds,
                  "Rounds, with fresh processes each; fewer than 4 give no intervals")
      ->group(measuring);
  command
      .add_option("--duration", flags.duration,
                  "Length of a whole window, exactly (default: as the work needs, 1s or more)")
      ->group(measuring);
  command
      .add_flag(
          "--audit,!--no-audit", flags.audit,
          "Hold a whole window of each backend and round against its slices, which also gives "
          "p99 and p99.9 (default: on)")
      ->group(measuring);
}

void add_how(CLI::App& command, RunFlags& flags) {
  Options& options = flags.request.options;
  const std::string measuring = "Measuring";
  command.add_option("--cycles", options.cycles, "Slices of each backend in a round")
      ->group(measuring);
  command
      .add_option("--slice", flags.slice,
                  "Measured part of a slice, exactly (default: as the work needs, 20ms or more)")
      ->group(measuring);
  command
      .add_option(
          "--warmup", flags.warmup,
          "Least warm-up before each slice: it goes on until every connection has been answered "
          "several times, but for 0 (default: 50ms)")
      ->group(measuring);
  command.add_option("--seed", options.seed, "Of the order of slices and of the data")
      ->capture_default_str()
      ->group(measuring);
  command.add_option("--backend-cpus", flags.backend_cpus, "CPUs for the backends, as 0-3,5")
      ->group(measuring);
  command.add_option("--load-cpus", flags.load_cpus, "CPUs for the load generator")
      ->group(measuring);
  know_words(command.add_option("--load-io", flags.load_io,
                                "What the load drives its sockets with: epoll, io_uring"),
             load_io_names())
      ->default_str("epoll")
      ->group(measuring);
}

void add_output(CLI::App& command, RunFlags& flags) {
  const std::string output = "Output";
  RunRequest& request = flags.request;
  know_path(command.add_option("--output", request.output,
                               "The results folder (default: results/TIME-HOST)"))
      ->group(output);
  add_show_flags(command, request.show);
  add_draw_flags(command, request.draw);
  command.add_flag("--quiet", request.quiet, "No progress on standard error")->group(output);
}

/// Whether the two neighbours of a list, as in 1,5KiB, may have been meant as one size with a
/// decimal comma: a count without a unit, and digits with one. In 128,4KiB they are not, since
/// 128.4 KiB is no whole number of bytes, and 128 B is a size that people use.
bool may_be_decimal(const std::string& first, const std::string& second) {
  constexpr std::string_view digits = "0123456789";
  const std::size_t unit = second.find_first_not_of(digits);
  if (first.empty() || first.find_first_not_of(digits) != std::string::npos) return false;
  if (unit == 0 || unit == std::string::npos) return false;
  if (first.size() == 1) return true;
  try {
    parse_bytes(fmt::format("{}.{}", first, second));
    return true;
  } catch (const Error&) {
    return false;
  }
}

void parse_sizes(std::string_view flag, const std::vector<std::string>& texts,
                 std::vector<std::size_t>& sizes) {
  if (texts.empty()) return;
  sizes.clear();
  for (std::size_t at = 0; at < texts.size(); ++at) {
    sizes.push_back(parse_bytes(texts[at]));
    if (at == 0 || !may_be_decimal(texts[at - 1], texts[at])) continue;
    tell(fmt::format("ringside: {} {},{} is two sizes, {} and {}; a decimal is written {}.{}\n",
                     flag, texts[at - 1], texts[at], format_bytes(sizes[at - 1]),
                     format_bytes(sizes[at]), texts[at - 1], texts[at]));
  }
}

void resolve_file_copy(const RunFlags& flags, FileCopySweep& file_copy) {
  if (!flags.files.empty()) {
    file_copy.sets.clear();
    for (const std::string& set : flags.files) file_copy.sets.push_back(parse_file_set(set));
  }
  parse_sizes("--block", flags.block, file_copy.block_bytes);
  if (!flags.destination.empty()) file_copy.destination = parse_destination(flags.destination);
}

void apply_sweeps(const RunFlags& flags, Options& options) {
  if (!flags.connections.empty()) {
    options.echo.connections = options.fan_out.connections = flags.connections;
  }
  if (!flags.threads.empty()) options.echo.threads = options.fan_out.threads = flags.threads;
  parse_sizes("--payload", flags.payload, options.echo.payload_bytes);
  parse_sizes("--request", flags.request_bytes, options.fan_out.request_bytes);
  parse_sizes("--reply", flags.reply_bytes, options.fan_out.reply_bytes);
  resolve_file_copy(flags, options.file_copy);
  if (flags.leaf_delay.empty()) return;
  options.fan_out.leaf_delay.clear();
  for (const std::string& text : flags.leaf_delay) {
    for (const LeafDelay& delay : parse_leaf_delays(text)) {
      options.fan_out.leaf_delay.push_back(delay);
    }
  }
}

}  // namespace

void add_work_flags(CLI::App& command, RunFlags& flags, const Nameable& nameable) {
  add_what(command, flags, nameable);
  add_file_copy(command, flags);
  add_fan_out(command, flags);
  add_how(command, flags);
  add_output(command, flags);
}

void add_run_flags(CLI::App& command, RunFlags& flags, const Nameable& nameable) {
  add_work_flags(command, flags, nameable);
  add_compared(command, flags, nameable);
  command.add_flag("--dry-run", flags.request.dry_run, "Print the plan and measure nothing")
      ->group("Output");
}

RunRequest resolve(const CLI::App& command, const RunFlags& flags) {
  RunRequest request = flags.request;
  Options& options = request.options;
  apply_profile(flags.profile, command, options);

  if (!flags.scenarios.empty()) options.scenarios = flags.scenarios;
  const bool all_backends = std::ranges::count(flags.backends, "all") > 0;
  if (!all_backends) options.backends = flags.backends;
  apply_sweeps(flags, options);
  if (!flags.slice.empty()) options.slice = parse_duration(flags.slice);
  if (!flags.warmup.empty()) options.warmup = parse_duration(flags.warmup);
  if (!flags.duration.empty()) options.duration = parse_duration(flags.duration);
  options.exact_slices = !flags.slice.empty() || !flags.warmup.empty();
  options.exact_duration = !flags.duration.empty();
  options.exact_cycles = command.count("--cycles") > 0;
  if (command.get_option_no_throw("--audit") != nullptr && command.count("--audit") > 0) {
    options.audit = flags.audit;
  }
  if (!flags.backend_cpus.empty()) options.backend_cpus = flags.backend_cpus;
  if (!flags.load_cpus.empty()) options.load_cpus = flags.load_cpus;
  if (flags.interleave == "trial") {
    options.interleave = Interleave::trial;
  } else if (!flags.interleave.empty() && flags.interleave != "slice") {
    throw unknown_name("interleaving", flags.interleave, interleave_words());
  }
  if (!flags.load_io.empty()) options.load_io = parse_load_io(flags.load_io);
  request.draw.quiet = request.quiet;
  validate(request.show);
  return request;
}

}  // namespace ringside
