// Config -> edits -> text -> inspect gives the config and the model back, over all sample programs.
#include <algorithm>
#include <random>
#include <set>
#include <sstream>

#include "mapping/program/keras_names.h"
#include "mapping/program/values.h"
#include "program_fixture.h"
#include "random_config.h"

namespace dlfix::mapping {
namespace {

class RoundTrip : public ProgramFixture, public ::testing::WithParamInterface<std::string> {};

std::string file_text(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST_P(RoundTrip, EditedSourceHasTheConfig) {
  const std::string text = file_text(GetParam());
  std::mt19937 random(static_cast<unsigned>(std::hash<std::string>{}(text)));
  for (int round = 0; round < 2; ++round) {
    const Program program = read(text);
    Config config = random_config(random, program);
    const std::string changed = edited(program, config);
    for (const auto& refusal : plan_.refusals) config.erase(refusal.hyperparameter);
    const auto wanted = apply_config(program, config);
    const Program again = read(changed, "changed.py");
    SCOPED_TRACE(json(config).dump() + "\n" + unified_diff("m.py", text, changed));
    expect_same_model(wanted.model, again.model);
    expect_same_training(wanted, again);
    if (HasFailure()) return;
  }
}

std::vector<std::string> samples() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(DLFIX_SOURCE_DIR "/data/programs")) {
    const std::string path = entry.path().string();
    if (path.ends_with(".py") && !path.ends_with("_fixed.py")) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

INSTANTIATE_TEST_SUITE_P(Samples, RoundTrip, ::testing::ValuesIn(samples()), [](const auto& info) {
  return std::filesystem::path(info.param).stem().string();
});

class RoundTripText : public ProgramFixture {};

TEST_F(RoundTripText, OtherLinesStay) {
  const Program program = read(kSequential);
  const std::string changed = edited(program, {{"act1", "elu"}, {"epochs", 9}});
  const std::string diff = unified_diff("m.py", kSequential, changed);
  int touched = 0;
  std::istringstream lines(diff);
  for (std::string line; std::getline(lines, line);) {
    touched += (line[0] == '+' || line[0] == '-') && line.substr(0, 3) != "+++" &&
               line.substr(0, 3) != "---";
  }
  EXPECT_EQ(touched, 4);
}

}  // namespace
}  // namespace dlfix::mapping
