// Running another program to its end.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace ringside {

class StopSignal;

struct Program {
  std::vector<std::string> words;        ///< the first is its path; no shell sees them
  std::string input;                     ///< what it reads on standard input
  std::vector<std::string> environment;  ///< NAME=value, all of it
};

struct ProgramEnd {
  enum class How { ended, killed, timed_out, interrupted };
  How how = How::ended;
  int status = 0;      ///< the exit status where it ended, the signal where it was killed
  std::string errors;  ///< what it wrote to standard error
};

/// Runs the program until it ends, `limit` has passed or `stop` is raised; it is then interrupted
/// (SIGINT), given a second to clean up, and killed. It has ended and was waited for when this
/// returns. What it prints on standard output is discarded. Throws Error when it cannot be started.
ProgramEnd run_program(const Program& program, std::chrono::milliseconds limit,
                       const StopSignal& stop);

}  // namespace ringside
