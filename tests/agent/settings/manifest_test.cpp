#include "agent/settings/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/workflows/sample_program.h"

namespace dlfix::agent {
namespace {

constexpr const char* kManifest = R"({"id": "D1", "fl_id": "D1", "subject": "D1",
  "stackoverflow_post": 31880720, "programs": {"faulty": "faulty.py"}, "keras_profile": "tf23",
  "wording": {"repair": {"task": "classification problem", "goal": "increase the accuracy"}},
  "name_map": {"lr": {"layer": null, "attribute": "learning_rate"}}})";

TEST(Manifest, IsReadForTheProgramThatItNames) {
  const TestFolder folder;
  write_program(folder, kManifest, "manifest.json");
  const auto manifest = find_manifest(write_program(folder, "", "faulty.py"));
  ASSERT_TRUE(manifest.has_value());
  EXPECT_EQ(manifest->profile, "tf23");
  EXPECT_EQ(manifest->repair.task, "classification problem");
  EXPECT_EQ(manifest->repair.dataset, "");
  EXPECT_EQ(manifest->name_map["lr"]["attribute"], "learning_rate");
  EXPECT_THAT(manifest->repair_subjects, testing::ElementsAre("D1", "31880720"));
}

TEST(Manifest, OfSomethingElseIsLeftAlone) {
  const TestFolder folder;
  const auto program = write_program(folder, "", "model.py");
  EXPECT_FALSE(find_manifest(program).has_value());
  write_program(folder, kManifest, "manifest.json");
  EXPECT_FALSE(find_manifest(program).has_value());
  write_program(folder, "[]", "manifest.json");
  EXPECT_FALSE(find_manifest(program).has_value());
}

}  // namespace
}  // namespace dlfix::agent
