// An earlier run as the base of a gate.
#pragma once

#include <string>
#include <vector>

#include "harness/session/gate_session.hpp"

namespace ringside {

struct ComparedRun;
struct Options;
struct Setting;

/// What the reader must know of a base that was measured at another time. Throws Error where that
/// was on another machine or with another load.
std::vector<std::string> check_baseline(const ComparedRun& base, const Options& options,
                                        const Setting& setting);

/// Makes the run the base of every comparison; those that it has no figures for are left out.
/// `program` is the head.
std::vector<GateWork> held_against(const ComparedRun& base, std::vector<GateWork> work,
                                   const std::vector<std::string>& program);

}  // namespace ringside
