#include "backends/backend.hpp"
#include "harness/cli/app.hpp"
#include "scenarios/scenario.hpp"

int main(int argc, char** argv) {
  return ringside::run_app(argc, argv, ringside::backends(), ringside::scenarios());
}
