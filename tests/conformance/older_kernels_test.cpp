// That the backends of older kernels really do without what those lack: else their rows of the
// other tests would show nothing.
#include "tests/support/older_kernels.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "backends/tasks/echo.hpp"
#include "tests/support/client.hpp"
#include "tests/support/running_cell.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

TEST(OlderKernels, GoWithoutWhatTheyLack) {
  if (backends_of_older_kernels().empty()) GTEST_SKIP() << "no liburing in this build";
  const std::map<std::string, std::string> flags{{"io_uring_of_6_0", "SINGLE_ISSUER|COOP_TASKRUN"},
                                                 {"io_uring_of_5_19", "COOP_TASKRUN"}};
  for (const Backend& backend : backends_of_older_kernels()) {
    SCOPED_TRACE(backend.name);
    if (!backend.available().yes) GTEST_SKIP() << backend.available().reason;
    std::map<std::string, std::string> effective;
    RunningCell cell(
        backend.name, listen_apart(1), [&](std::span<const int> listeners, const StopSignal& stop) {
          backend.run(EchoTask{.listeners = listeners,
                               .buffer_bytes = default_buffer_bytes,
                               .stop = stop,
                               .effective = [&](std::string_view name, std::string_view value) {
                                 effective[std::string(name)] = value;
                               }});
        });
    Client client(cell.endpoint());
    echo(client, random_bytes(100, 1));
    cell.stop();
    EXPECT_EQ(effective["setup flags"], flags.at(std::string(backend.name)));
    EXPECT_EQ(effective["ring descriptor"], "registered");  // since 5.18, so all of them have it
    EXPECT_EQ(effective["recv"], backend.name == "io_uring_of_5_19" ? "single-shot" : "multishot");
  }
}

}  // namespace

}  // namespace ringside::test
