#include "harness/laws/judged_run.hpp"

#include "base/error.hpp"
#include "harness/laws/laws.hpp"
#include "harness/measure/cpus.hpp"

namespace ringside {

namespace {

/// Lines of ringside 0.1 leave it to run.json which CPUs were used; where that cannot be read, the
/// utilisation law cannot be checked.
std::optional<CpusGiven> cpus_of(const RunFolder& folder) try {
  const Json run = read_run_json(folder);
  const auto set = [&](const char* of) {
    return CpuSet::parse(run.at("cpus").at(of).get<std::string>());
  };
  const CpuSet backend = set("backend");
  const CpuSet load = set("load");
  return CpusGiven{
      .backend = backend.size(), .load = load.size(), .together = backend.united(load).size()};
} catch (const Error&) {
  return std::nullopt;
} catch (const Json::exception&) {
  return std::nullopt;
}

void complete(Measurement& trial, const std::optional<CpusGiven>& cpus) {
  if (trial.cpus || !cpus) return;
  trial.cpus = cpus;
  // Where there is no load generator, the cell had the CPUs of both.
  if (!trial.generator) trial.cpus = CpusGiven{cpus->together, 0, cpus->together};
}

TrialsRead judged(TrialsRead read, const RunFolder& folder) {
  const auto cpus = cpus_of(folder);
  for (Measurement& trial : read.trials) {
    complete(trial, cpus);
    judge_by_laws(trial);
  }
  return read;
}

}  // namespace

TrialsRead read_judged_trials(const RunFolder& folder) {
  return judged(read_trials(folder), folder);
}

TrialsRead read_judged_trials_file(const std::filesystem::path& path) {
  return judged(read_trials_file(path), RunFolder{path.parent_path()});
}

}  // namespace ringside
