// Config -> edits -> text -> capture gives exactly the model and the fit that the config asks for,
// over every sample and every benchmark program; and the edits touch no line that is not theirs.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "mapping/program/edits.h"
#include "mapping/program/probe.h"
#include "tests/mapping/program/random_config.h"
#include "tests/study_data.h"

namespace dlfix::mapping {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = DLFIX_SOURCE_DIR;

std::vector<std::string> programs() {
  std::vector<std::string> paths;
  for (const char* folder : {"data/programs", "data/benchmark"})
    for (const auto& entry : fs::recursive_directory_iterator(kSource / folder))
      if (entry.path().extension() == ".py") paths.push_back(entry.path().string());
  std::ranges::sort(paths);
  return paths;
}

/// DLFIX_DATA names another folder of data sets: smaller ones are captured sooner, and how many
/// rows there are is not what is tested.
fs::path data_folder() {
  const char* named = std::getenv("DLFIX_DATA");
  return named != nullptr && *named != '\0' ? fs::path(named) : tests::study_data() / "data";
}

/// The data set that a program loads and that is not at hand; empty: none.
std::string missing_data_set(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  for (const std::string name : {"mnist", "cifar10", "reuters"})
    if (text.str().find(name) != std::string::npos && !fs::exists(data_folder() / name))
      return name;
  return "";
}

/// A layer without what may differ between equal models: its name and its place in the file.
json essence(const trainer::LayerSpec& layer) {
  return {{"class", layer.class_name}, {"attributes", layer.attributes}};
}

json essence(const trainer::ModelSpec& model) {
  json layers = json::array();
  for (const auto& layer : model.layers) layers.push_back(essence(layer));
  return layers;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Lines of `before` outside the spans of the plan must stand in `after`, in order.
void expect_other_lines_stay(const std::string& before, const std::string& after,
                             const EditPlan& plan) {
  std::set<int> touched;
  for (const auto& edit : plan.edits)
    for (int line = edit.span.start.line; line <= edit.span.end.line; ++line) touched.insert(line);
  const auto old_lines = lines_of(before);
  const auto new_lines = lines_of(after);
  auto at = new_lines.begin();
  for (std::size_t index = 0; index < old_lines.size(); ++index) {
    if (touched.contains(static_cast<int>(index) + 1)) continue;
    at = std::find(at, new_lines.end(), old_lines[index]);
    ASSERT_NE(at, new_lines.end()) << "line " << index + 1 << ": " << old_lines[index];
    ++at;
  }
}

class RoundTripCapture : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("round_trip_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    options_.probe_directory = (kSource / "mapping" / "probe").string();
    options_.working_directory = folder_.string();
    options_.data_directory = data_folder();
    options_.frontend = "standin";
  }
  void TearDown() override { fs::remove_all(folder_); }

  Program capture(const std::string& program, const std::string& name) {
    const auto directory = folder_ / name;
    fs::create_directories(directory);
    return capture_program(program, directory.string(), options_);
  }

  fs::path folder_;
  ProbeOptions options_;
};

TEST_P(RoundTripCapture, TheEditedProgramIsTheConfig) {
  if (const auto name = missing_data_set(GetParam()); !name.empty())
    GTEST_SKIP() << name << " is not here: " << data_folder();
  const Program program = capture(GetParam(), "before");
  const auto sources = read_sources(program);
  std::mt19937 random(static_cast<unsigned>(std::hash<std::string>{}(sources.begin()->second)));
  for (int round = 0; round < 2; ++round) {
    Config config = random_config(random, program);
    const auto plan = plan_edits(program, config);
    for (const auto& refusal : plan.refusals) config.erase(refusal.hyperparameter);
    const auto texts = apply_edits(sources, plan);
    const std::string before = sources.at(program.path);
    const auto found = texts.find(program.path);
    const std::string after = found == texts.end() ? before : found->second;
    SCOPED_TRACE(json(config).dump() + "\n" + unified_diff("program.py", before, after));
    expect_other_lines_stay(before, after, plan);

    const auto edited = folder_ / "program.py";
    std::ofstream(edited, std::ios::binary) << after;
    const auto wanted = apply_config(program, config);
    const Program again = capture(edited.string(), "after" + std::to_string(round));
    EXPECT_EQ(essence(wanted.model), essence(again.model));
    expect_same_training(wanted, again);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, RoundTripCapture, testing::ValuesIn(programs()),
                         [](const auto& info) {
                           const fs::path path(info.param);
                           return path.parent_path().filename().string() + "_" +
                                  path.stem().string();
                         });

}  // namespace
}  // namespace dlfix::mapping
