#include "agent/settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/workflows/sample_program.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

TEST(Settings, TheProjectsFileWinsOverTheUsers) {
  const TestFolder folder;
  const auto project =
      write_program(folder, "seeds = 5\n[hyperparameters]\nunit1 = [2, \"units\"]\n", "p");
  const auto user = write_program(folder, "seeds = 7\ndevice = \"cpu\"\n", "u");
  const Settings settings = read_settings(project, user, {"seeds", "device"});
  EXPECT_EQ(settings.get("seeds"), 5);
  EXPECT_EQ(settings.get("device"), "cpu");
  EXPECT_EQ(settings.get("hyperparameters")["unit1"][0], 2);
  EXPECT_TRUE(settings.get("budget").is_null());
}

TEST(Settings, NamesTheNearestKeyAndTheLine) {
  const TestFolder folder;
  const auto project = write_program(folder, "\nsedes = 5\n", "p");
  try {
    read_settings(project, "", {"seeds"});
    FAIL() << "no error";
  } catch (const support::InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("p:2: the key 'sedes' is not known"));
    EXPECT_EQ(error.remedy(), "did you mean 'seeds'?");
  }
}

TEST(Settings, SaysWhereTheFileIsNotToml) {
  const TestFolder folder;
  const auto project = write_program(folder, "a = \n", "p");
  EXPECT_THROW(read_settings(project, "", {"a"}), support::InputError);
}

}  // namespace
}  // namespace dlfix::agent
