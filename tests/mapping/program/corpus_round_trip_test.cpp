// Config -> edits -> text -> read again gives the config and the model back, over the corpus. One
// Python reads all programs, one all edited ones.
#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include "mapping/program/notebook.h"
#include "program_fixture.h"
#include "random_config.h"
#include "trainer/support/subprocess.h"

namespace dlfix::mapping {
namespace {

namespace fs = std::filesystem;

class CorpusRoundTrip : public ProgramFixture {
 protected:
  /// Reads the programs of `folder` (written there when it is empty): name -> document.
  static std::map<std::string, json> documents(const fs::path& folder) {
    fs::create_directories(folder);
    const char* const capture = std::getenv("DLFIX_CORPUS_CAPTURE");
    support::ProcessOptions options;
    options.arguments = {"python3", DLFIX_SOURCE_DIR "/tests/corpus/corpus.py",
                         capture != nullptr ? "--capture" : "--inspect", folder.string()};
    if (fs::exists("/usr/bin/python3")) options.arguments[0] = "/usr/bin/python3";
    options.environment["PYTHONDONTWRITEBYTECODE"] = "1";
    const auto result = support::run_process(options);
    EXPECT_EQ(result.exit_code, 0) << result.standard_error;
    std::map<std::string, json> found;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".json") continue;
      std::ifstream file(entry.path());
      found[entry.path().stem().string()] = json::parse(file);
    }
    return found;
  }

  /// Puts the changes into the files of a copy of the program's folder. Returns what was refused.
  static std::vector<EditRefusal> edit(const Program& program, const Config& config,
                                       const fs::path& from, const fs::path& to) {
    fs::copy(from, to, fs::copy_options::recursive);
    const EditPlan plan = plan_edits(program, config);
    const auto sources = read_sources(program);
    for (const auto& [path, text] : apply_edits(sources, plan)) {
      const auto written = as_written(program, path, sources.at(path), text);
      std::ofstream(to / fs::relative(path, from), std::ios::binary) << written.after;
    }
    return plan.refusals;
  }
};

bool is_known(const Program& program) {
  const auto unknown = program.document.value("unknown", json::array());
  return std::none_of(unknown.begin(), unknown.end(), [](const json& path) {
    const auto text = path.get<std::string>();
    return text.ends_with(".layers") || text.find(".attributes") != std::string::npos;
  });
}

TEST_F(CorpusRoundTrip, EveryProgram) {
  const fs::path before = folder_ / "before";
  const fs::path after = folder_ / "after";
  fs::create_directories(after);
  std::map<std::string, Program> programs;
  std::map<std::string, Config> configs;
  for (const auto& [name, document] : documents(before)) {
    if (document.contains("error")) continue;
    Program program = parse_program(document, before.string());
    const char* const seed = std::getenv("DLFIX_CORPUS_SEED");
    const std::string text = name + (seed != nullptr ? seed : "");
    std::mt19937 random(static_cast<unsigned>(std::hash<std::string>{}(text)));
    Config config = random_config(random, program);
    for (const auto& refusal : edit(program, config, before / name, after / name)) {
      config.erase(refusal.hyperparameter);
    }
    configs[name] = config;
    programs.emplace(name, std::move(program));
  }
  const auto again = documents(after);
  int compared = 0;
  for (const auto& [name, program] : programs) {
    if (!is_known(program)) continue;
    SCOPED_TRACE(name + " " + json(configs[name]).dump());
    const json& document = again.at(name);
    ASSERT_FALSE(document.contains("error")) << document.dump();
    const Program found = parse_program(document, after.string());
    const auto wanted = apply_config(program, configs[name]);
    expect_same_model(wanted.model, found.model);
    expect_same_training(wanted, found);
    ++compared;
  }
  EXPECT_GE(compared, 80);
}

}  // namespace
}  // namespace dlfix::mapping
