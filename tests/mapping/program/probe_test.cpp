#include "mapping/program/probe.h"

#include <gmock/gmock.h>

#include "program_fixture.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using ::testing::HasSubstr;

class Probe : public ProgramFixture {
 protected:
  template <typename Error>
  std::string message_of(const std::string& text) {
    try {
      read(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(Probe, ReadsAProgram) {
  const Program program = read(kSequential);
  EXPECT_EQ(program.model.layers.size(), 5u);
  EXPECT_EQ(program.compile.optimizer.name, "sgd");
  ASSERT_NE(program.find("act1"), nullptr);
  EXPECT_EQ(program.find("act1")->value, "relu");
}

TEST_F(Probe, WhatFollowsTheDashesIsTheProgramsOwn) {
  const std::string text =
      "import argparse\n"
      "parser = argparse.ArgumentParser()\n"
      "parser.add_argument('--epochs', type=int, default=3)\n"
      "args = parser.parse_args()\n" +
      kSequential + "model.fit(x, y, epochs=args.epochs)\n";
  EXPECT_EQ(read(text).fit.epochs, 3);
  options_.arguments = {"--epochs", "7"};
  EXPECT_EQ(read(text).fit.epochs, 7);
}

TEST_F(Probe, FaultsOfTheProgramAreInputErrorsWithTheLine) {
  EXPECT_THAT(message_of<support::InputError>("import keras\nmodel = (\n"),
              HasSubstr("model.py:2"));
  EXPECT_NE(message_of<support::InputError>("x = 1\n"), "");
  EXPECT_THROW(inspect_program((folder_ / "absent.py").string(), options_), support::InputError);
}

TEST_F(Probe, ABrokenInterpreterIsNamed) {
  options_.python = (folder_ / "python").string();
  std::ofstream(options_.python) << "#!/bin/sh\nexit 3\n";
  std::filesystem::permissions(options_.python, std::filesystem::perms::owner_all);
  EXPECT_THAT(message_of<support::EnvironmentError>(kSequential), HasSubstr(options_.python));
}

TEST_F(Probe, MissingModulesAreNamed) {
  read(kSequential);
  options_.python = (folder_ / "python").string();
  std::ofstream(options_.python) << R"(#!/bin/sh
case "$*" in
*numpy*) echo '{"version": [3, 11], "missing": ["numpy"]}' ;;
*imports*) echo '{"modules": ["numpy"]}' ;;
*) echo '{"version": [3, 11], "missing": []}' ;;
esac
)";
  std::filesystem::permissions(options_.python, std::filesystem::perms::owner_all);
  try {
    find_interpreter(path_, options_, true);
    FAIL();
  } catch (const support::EnvironmentError& error) {
    EXPECT_THAT(error.what(), HasSubstr("numpy"));
    EXPECT_THAT(error.what(), HasSubstr(options_.python));
    EXPECT_THAT(error.remedy(), HasSubstr("pip install"));
  }
}

TEST_F(Probe, AModuleThatCaptureMayDoWithoutDoesNotRefuseAnInterpreter) {
  read(kSequential);  // its last fit stands before the import
  std::ofstream(path_, std::ios::app) << "import dlfix_no_such_module\n";
  EXPECT_FALSE(find_interpreter(path_, options_, true).empty());
}

TEST_F(Probe, OldPythonsAreSkipped) {
  options_.python = (folder_ / "python").string();
  std::ofstream(options_.python) << "#!/bin/sh\necho '{\"version\": [3, 6], \"missing\": []}'\n";
  std::filesystem::permissions(options_.python, std::filesystem::perms::owner_all);
  EXPECT_THAT(message_of<support::EnvironmentError>(kSequential), HasSubstr("3.6"));
}

}  // namespace
}  // namespace dlfix::mapping
