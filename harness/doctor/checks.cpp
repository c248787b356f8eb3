#include "harness/doctor/checks.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "harness/doctor/health.hpp"

namespace ringside {

namespace {

std::vector<Diagnosis> examine_backends(const Health& health) {
  std::vector<Diagnosis> findings;
  for (const BackendState& backend : health.backends) {
    if (backend.availability.yes) continue;
    findings.push_back({.name = backend.name,
                        .level = Level::warning,
                        .finding = "cannot run here: " + backend.availability.reason,
                        .mend = backend.availability.mend});
  }
  if (!health.cells.yes) {
    findings.push_back({.name = "backends",
                        .level = Level::problem,
                        .finding = "no process can be started for any: " + health.cells.reason,
                        .mend = health.cells.mend});
  } else if (findings.empty() && !health.backends.empty()) {
    findings.push_back({.name = "backends",
                        .level = Level::ok,
                        .finding = fmt::format("all {} can run here", health.backends.size()),
                        .mend = {}});
  }
  return findings;
}

std::string counted(std::ptrdiff_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

std::string_view to_string(Level level) noexcept {
  switch (level) {
    case Level::ok:
      return "ok";
    case Level::note:
      return "note";
    case Level::warning:
      return "warning";
    case Level::problem:
      break;
  }
  return "problem";
}

std::vector<Diagnosis> examine(const Health& health) {
  std::vector<Diagnosis> findings = examine_backends(health);
  for (const auto& checks : {cpu_checks(), system_checks(), limit_checks()}) {
    for (const Check check : checks) {
      if (auto finding = check(health)) findings.push_back(std::move(*finding));
    }
  }
  return findings;
}

std::string verdict(const std::vector<Diagnosis>& findings) {
  const auto count = [&](Level level) {
    return std::ranges::count(findings, level, &Diagnosis::level);
  };
  if (const auto problems = count(Level::problem); problems > 0) {
    return fmt::format("{}: runs on this machine fail or mislead until that is mended",
                       counted(problems, "problem"));
  }
  if (const auto warnings = count(Level::warning); warnings > 0) {
    return fmt::format("{}: results hold, but are wider or poorer than they could be",
                       counted(warnings, "warning"));
  }
  if (const auto notes = count(Level::note); notes > 0) {
    return fmt::format("Fit to measure, with {} to keep in mind", counted(notes, "note"));
  }
  return "Fit to measure: nothing here spoils results";
}

}  // namespace ringside
