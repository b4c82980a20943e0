// The program as a user runs it, in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include "tests/agent/workflows/sample_program.h"
#include "trainer/support/subprocess.h"

namespace dlfix::agent {

class BinaryFixture : public testing::Test {
 protected:
  support::ProcessResult run(const std::vector<std::string>& arguments) {
    support::ProcessOptions process;
    process.arguments = {DLFIX_AGENT_BINARY};
    process.arguments.insert(process.arguments.end(), arguments.begin(), arguments.end());
    process.working_directory = folder_.path();
    process.environment = environment_;
    return support::run_process(process);
  }
  TestFolder folder_;
  std::map<std::string, std::string> environment_ = {
      {"DLFIX_STORE", folder_.file("data/store.sqlite")},
      {"XDG_CONFIG_HOME", folder_.file("config")},
      {"DLFIX_HOME", DLFIX_SOURCE_DIR}};
};

}  // namespace dlfix::agent
