#include "harness/cli/doctor.hpp"

#include <memory>
#include <string>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "harness/cli/show.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/doctor/checks.hpp"
#include "harness/doctor/health.hpp"
#include "harness/doctor/page.hpp"
#include "harness/manual/known_values.hpp"
#include "harness/measure/cpus.hpp"
#include "harness/process/helper_process.hpp"

namespace ringside {

namespace {

struct DoctorFlags {
  bool json = false;
  std::string color = "auto";
  std::string output = "results";
};

/// As a run starts the process of a backend.
void try_cell() {
  const HelperProcess cell("cell", {}, CpuSet::allowed());
}

void doctor(const DoctorFlags& flags, std::span<const Backend> backends) {
  const std::vector<Diagnosis> findings = examine(read_health(backends, flags.output, try_cell));
  if (flags.json) {
    // A program's name may be any bytes, and JSON must be UTF-8.
    const auto replace = Json::error_handler_t::replace;
    put_output(to_json(findings).dump(2, ' ', false, replace) + "\n");
  } else {
    const PageStyle style{.colour = use_colour(flags.color, stdout),
                          .columns = static_cast<std::size_t>(terminal_columns())};
    put_output(to_text(findings, style));
  }
}

}  // namespace

void add_doctor(CLI::App& app, std::span<const Backend> backends) {
  const auto flags = std::make_shared<DoctorFlags>();
  CLI::App* command =
      app.add_subcommand("doctor", "Say what on this machine will spoil or limit results");
  command->add_flag("--json", flags->json, "For programs: ringside.doctor/1");
  know_path(command->add_option("--output", flags->output, "Where results would go"))
      ->capture_default_str();
  know_words(command->add_option("--color", flags->color, "auto, always or never"), color_words())
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command->callback([flags, backends] { doctor(*flags, backends); });
}

}  // namespace ringside
