#include "harness/cli/job_file.hpp"

#include <string>

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace ringside {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(PlainJob, LeavesOutWhatIsNotForTheParser) {
  EXPECT_EQ(plain_job("\xEF\xBB\xBF[run]\r\n# why\nrounds = 2 # two\n", "job", "run"),
            "[run]\n\nrounds=2 \n");
}

TEST(PlainJob, PutsAListOnOneLine) {
  for (const char* list : {"x = [1, 2]\n", "x = [1,\n 2]", "x = [\n 1, # one\n\n 2\n] # both\n"}) {
    const std::string plain = plain_job(list, "job", "");
    EXPECT_EQ(plain.find('\n'), plain.size() - 1) << plain;
    EXPECT_THAT(plain, HasSubstr("1,"));
    EXPECT_THAT(plain, HasSubstr("2"));
    EXPECT_THAT(plain, HasSubstr("]"));
  }
  EXPECT_EQ(plain_job("x = [\"a]b\", \"c=d\"]\n", "job", ""), "x=[\"a]b\", \"c=d\"]\n");
}

struct Broken {
  const char* job;
  const char* says;
};

TEST(PlainJob, RefusesWhatWouldBeReadOtherwiseThanItWasMeant) {
  const Broken all[] = {
      {"x = [1, 2\n", "job, line 1: the list is not closed"},
      {"[run]\nx = [1,\ny = 2\n", "job, line 2: the list is not closed"},
      {"x = [1\n[run]\n", "job, line 1: the list is not closed"},
      {"x = [1] 2\n", "job, line 1: something follows the list"},
      {"\nx = \"1\n", "job, line 2: the quote is not closed"},
      {"x = ['1', '2]\n", "job, line 1: the quote is not closed"},
      {"x = '/mnt/a#b'\n", "job, line 1: a # within quotes"},
      {"x = \033[2J\n", "job, line 1: that is no text"},
      {"\x7F"
       "ELF\n",
       "job, line 1: that is no text"},
  };
  for (const Broken& broken : all) {
    EXPECT_THAT([&] { plain_job(broken.job, "job", ""); },
                ThrowsMessage<Error>(HasSubstr(broken.says)));
  }
  // UTF-16, as some editors save it.
  EXPECT_THROW(plain_job({"\xFF\xFE[\0r\0", 6}, "job", "run"), Error);
}

TEST(PlainJob, TakesNamesOfItsOwnCommandOnce) {
  EXPECT_EQ(plain_job("run.rounds = 2\n[ run ] # mine\nno-control\ncycles=3\n", "job", "run"),
            "run.rounds=2\n[run]\nno-control\ncycles=3\n");
  const Broken all[] = {
      {"[gate]\n", "job, line 1: [gate] is no section of `ringside run`"},
      {"[run]\nx = 1\n[report]\n", "job, line 3: [report] is no section"},
      {"[[run]]\n", "job, line 1: [[run]] is no section"},
      {"[default]\n", "job, line 1: [default] is no section"},
      {"[run\n", "job, line 1: '[run' is no section"},
      {"[]\n", "job, line 1: '[]' is no section"},
      {"\ngate.budget = 1\n", "job, line 2: [gate] is no section"},
      {"[run]\ngate.budget = 1\n", "job, line 2: [run.gate] is no section"},
      {"[run]\nrun.rounds = 1\n", "job, line 2: [run.run] is no section"},
      {"rounds = 1\n", "job, line 1: this name stands under no section"},
      {"quiet\n", "job, line 1: this name stands under no section"},
      {"[run]\nrounds = 1\nrounds = 2\n", "job, line 3: 'rounds' was there before"},
      {"run.quiet = true\n[run]\nquiet # so\n", "job, line 3: 'quiet' was there before"},
  };
  for (const Broken& broken : all) {
    EXPECT_THAT([&] { plain_job(broken.job, "job", "run"); },
                ThrowsMessage<Error>(HasSubstr(broken.says)))
        << broken.job;
  }
}

}  // namespace
}  // namespace ringside
