#include "harness/cli/run_flags.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

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

/// One flag of scenarios' parameters, which several may share.
struct SharedFlag {
  std::vector<const Scenario*> scenarios;
  std::vector<const Parameter*> parameters;  // of each
};

/// Those that scenarios share first, then each scenario's own.
std::vector<SharedFlag> parameter_flags(std::span<const Scenario> scenarios) {
  std::vector<SharedFlag> flags;
  for (const Scenario& scenario : scenarios) {
    for (const Parameter& parameter : scenario.parameters) {
      if (parameter.flag.empty()) continue;
      auto found = std::ranges::find_if(flags, [&](const SharedFlag& flag) {
        return flag.parameters.front()->flag == parameter.flag;
      });
      if (found == flags.end()) found = flags.insert(flags.end(), SharedFlag{});
      found->scenarios.push_back(&scenario);
      found->parameters.push_back(&parameter);
    }
  }
  std::ranges::stable_partition(flags,
                                [](const SharedFlag& flag) { return flag.scenarios.size() > 1; });
  return flags;
}

/// "Echo and fan-out": the heading under which the flag stands in --help.
std::string heading(const SharedFlag& flag) {
  std::string text(flag.scenarios.front()->title);
  for (std::size_t at = 1; at < flag.scenarios.size(); ++at) {
    std::string title(flag.scenarios[at]->title);
    title.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(title.front())));
    text += (at + 1 == flag.scenarios.size() ? " and " : ", ") + title;
  }
  return text;
}

std::string help(const SharedFlag& flag) {
  const Parameter& first = *flag.parameters.front();
  std::string text(first.help);
  const bool differ = std::ranges::any_of(flag.parameters, [&](const Parameter* parameter) {
    return parameter->values.quick != first.values.quick;
  });
  for (std::size_t at = 0; differ && at < flag.scenarios.size(); ++at) {
    text += fmt::format("{}{} for {}", at == 0 ? "; default " : " and ",
                        flag.parameters[at]->values.quick, flag.scenarios[at]->name);
  }
  return text + (first.swept ? "; a list is a sweep" : "");
}

/// The flags of scenarios' parameters, as their tables have them.
void add_parameters(CLI::App& command, std::span<const Scenario> scenarios, RunFlags& flags) {
  for (const SharedFlag& flag : parameter_flags(scenarios)) {
    const Parameter& parameter = *flag.parameters.front();
    const std::string name(parameter.flag);
    CLI::Option* option = nullptr;
    if (parameter.kind == ParameterKind::toggle) {
      option = command.add_flag(name, flags.toggles[name], help(flag));
    } else {
      option = command.add_option(name, flags.parameters[name], help(flag));
      option->allow_extra_args(false);
      // A list that is no sweep is refused where values are read. Texts take theirs apart
      // themselves, since their values may have commas.
      if (parameter.kind != ParameterKind::text) option->delimiter(',');
    }
    if (parameter.kind == ParameterKind::count) option->type_name("UINT")->check(from_one());
    if (!parameter.swept && parameter.kind != ParameterKind::toggle) {
      option->expected(1);
      if (!parameter.values.quick.empty()) option->default_str(std::string(parameter.values.quick));
    }
    if (parameter.words != nullptr) know_words(option, parameter.words());
    if (parameter.is_path) know_path(option);
    option->group(heading(flag));
  }
}

void add_what(CLI::App& command, RunFlags& flags, const Nameable& nameable) {
  const std::vector<std::string_view> names = names_of(nameable.scenarios);
  know_words(command.add_option(
                 "scenario", flags.scenarios,
                 fmt::format("Scenarios to run: {} (default: all)", fmt::join(names, ", "))),
             names);
  std::vector<std::string_view> backends = names_of(nameable.backends);
  backends.insert(backends.begin(), "all");
  know_words(command.add_option("--backends", flags.backends, "Backends to compare: a,b,… or all"),
             backends)
      ->delimiter(',')
      ->allow_extra_args(false);
  add_parameters(command, nameable.scenarios, flags);
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
          "several times, but for 0 (default: 50ms; of a gate of two builds 5ms)")
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

/// Says so where two sizes may have been meant as one.
void warn_of_decimals(std::string_view flag, const std::vector<std::string>& texts) {
  for (std::size_t at = 1; at < texts.size(); ++at) {
    if (!may_be_decimal(texts[at - 1], texts[at])) continue;
    tell(fmt::format("ringside: {} {},{} is two sizes, {} and {}; a decimal is written {}.{}\n",
                     flag, texts[at - 1], texts[at], format_bytes(parse_bytes(texts[at - 1])),
                     format_bytes(parse_bytes(texts[at])), texts[at - 1], texts[at]));
  }
}

GivenParameters given_parameters(const RunFlags& flags, std::span<const Scenario> scenarios) {
  GivenParameters given;
  for (const auto& [flag, texts] : flags.parameters) {
    if (!texts.empty()) given.by_flag.emplace(flag, texts);
  }
  for (const auto& [flag, on] : flags.toggles) {
    if (on) given.by_flag.emplace(flag, std::vector<std::string>{"true"});
  }
  for (const SharedFlag& flag : parameter_flags(scenarios)) {
    const Parameter& parameter = *flag.parameters.front();
    const auto found = given.by_flag.find(parameter.flag);
    if (parameter.kind == ParameterKind::bytes && found != given.by_flag.end()) {
      warn_of_decimals(parameter.flag, found->second);
    }
  }
  return given;
}

}  // namespace

void add_work_flags(CLI::App& command, RunFlags& flags, const Nameable& nameable) {
  add_what(command, flags, nameable);
  add_how(command, flags);
  add_output(command, flags);
}

void add_run_flags(CLI::App& command, RunFlags& flags, const Nameable& nameable) {
  add_work_flags(command, flags, nameable);
  add_compared(command, flags, nameable);
  command.add_flag("--dry-run", flags.request.dry_run, "Print the plan and measure nothing")
      ->group("Output");
}

RunRequest resolve(const CLI::App& command, std::span<const Scenario> scenarios,
                   const RunFlags& flags) {
  RunRequest request = flags.request;
  Options& options = request.options;
  options.parameters = given_parameters(flags, scenarios);
  apply_profile(flags.profile, command, options);

  if (!flags.scenarios.empty()) options.scenarios = flags.scenarios;
  const bool all_backends = std::ranges::count(flags.backends, "all") > 0;
  if (!all_backends) options.backends = flags.backends;
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
