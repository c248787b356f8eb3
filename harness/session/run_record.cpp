#include "harness/session/run_record.hpp"

#include <unistd.h>

#include <array>
#include <exception>
#include <filesystem>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "backends/backend.hpp"
#include "harness/measure/machine.hpp"
#include "harness/plan/options.hpp"
#include "harness/record/atomic_file.hpp"
#include "harness/report/render/report.hpp"
#include "harness/session/setting.hpp"
#include "harness/version.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

using std::chrono::system_clock;

std::string utc(system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z",
                     fmt::gmtime(std::chrono::floor<std::chrono::seconds>(time)));
}

Json optional_text(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json describe(const Options& options) {
  return {{"scenarios", options.scenarios},
          {"backends", options.backends},
          {"baseline", options.baseline},
          {"control", options.control},
          {"interleave", options.interleave == Interleave::slice ? "slice" : "trial"},
          {"rounds", options.rounds},
          {"cycles", options.cycles},
          {"slice_ns", options.slice.count()},
          {"warmup_ns", options.warmup.count()},
          {"duration_ns", options.duration.count()},
          {"exact_lengths",
           options.interleave == Interleave::slice ? options.exact_slices : options.exact_duration},
          {"audit", options.audit},
          {"backend_cpus", optional_text(options.backend_cpus)},
          {"load_cpus", optional_text(options.load_cpus)},
          {"load_io", to_string(options.load_io)}};
}

Json describe(const IoChoice& load_io) {
  return {{"io", to_string(load_io.io)},
          {"io_reason", load_io.reason.empty() ? Json(nullptr) : Json(load_io.reason)}};
}

Json describe(const Backend& backend) {
  const Availability availability = backend.available();
  const auto unless_available = [&](const std::string& text) {
    return availability.yes ? Json(nullptr) : Json(text);
  };
  return {{"name", backend.name},
          {"summary", backend.summary},
          {"available", availability.yes},
          {"reason", unless_available(availability.reason)},
          {"mend", unless_available(availability.mend)},
          {"version", backend.version()}};
}

}  // namespace

RunRecord::RunRecord(const ClaimedFolder& claimed, const Options& options,
                     const std::vector<std::string>& command, const Setting& setting,
                     std::span<const Backend> backends, std::span<const Scenario> scenarios,
                     system_clock::time_point start) try
    : folder_(claimed.folder) {
  Json rows = Json::array();
  for (const Backend& backend : backends) rows.push_back(describe(backend));
  record_ = {{"schema", "ringside.run/1"},
             {"started_at", utc(start)},
             {"finished_at", nullptr},
             {"interrupted", false},
             {"command", command}};
  record_.update(describe_conditions(options, setting));
  for (const Scenario& scenario : scenarios) {
    record_["options"][std::string(scenario.name)] = describe_given(scenario, options.parameters);
  }
  record_["backends"] = std::move(rows);
  record_["caveats"] = setting.cpus.caveats;
  write_file_atomically(folder_.run_json(),
                        record_.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
} catch (const std::exception&) {
  claimed.give_up();
}

void RunRecord::finish(bool interrupted, std::vector<Error>& unwritten) {
  record_["finished_at"] = utc(system_clock::now());
  record_["interrupted"] = interrupted;
  try_to_write_file(folder_.run_json(),
                    record_.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", unwritten);
}

void keep_what_was_measured(RunRecord& record, const RunFolder& folder) noexcept {
  try {
    std::vector<Error> unwritten;  // the first thing that went wrong is what will be told
    record.finish(true, unwritten);
    write_report_files(folder, unwritten);
  } catch (const std::exception&) {
    return;
  }
}

ClaimedFolder claim_folder(const std::string& output, const std::string& name) {
  return output.empty() ? claim_new_run_folder(std::filesystem::path("results") / name)
                        : claim_run_folder(output);
}

Json describe_conditions(const Options& options, const Setting& setting) {
  return {
      {"options", describe(options)},
      {"seed", options.seed},
      {"ringside_version", version},
      {"git_revision", *git_revision == '\0' ? Json(nullptr) : Json(git_revision)},
      {"cpus",
       {{"backend", to_string(setting.cpus.backend)}, {"load", to_string(setting.cpus.load)}}},
      {"load", describe(setting.load_io)},
      {"machine", machine_manifest()},
  };
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

}  // namespace ringside
