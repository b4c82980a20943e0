#include "agent/workflows/study_subject.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "eval/fidelity/study_split.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {

namespace fs = std::filesystem;

Subject read_study_subject(const std::string& program, const std::string& directory,
                           const std::string& metric, const CaptureFunction& capture) {
  Subject subject;
  subject.program = capture_once(program, directory, capture);
  subject.profile = subject.program.profile;
  subject.scratch = directory + "/scaled";
  subject.metric = metric;
  subject.pool = make_row_pool(subject.program);
  if (subject.pool.source != EvaluationSource::kEvaluate)
    throw support::InputError(program + ": is not measured by evaluate() on arrays of its own");
  subject.plan.source = subject.pool.source;
  subject.plan.train = row_range(0, subject.pool.training);
  return subject;
}

void use_study_rows(Subject& subject, double test_size, std::uint32_t seed) {
  const auto split = eval::study_split(subject.pool.evaluation, test_size, seed);
  RowPlan& plan = subject.plan;
  plan.train = row_range(0, subject.pool.training);
  plan.resplit = false;
  plan.search.clear();
  plan.final.clear();
  for (const auto row : split.search) plan.search.push_back(subject.pool.training + row);
  for (const auto row : split.holdout) plan.final.push_back(subject.pool.training + row);
}

std::string redrawn_copy(const std::string& program, const std::string& folder, int seed) {
  std::ifstream in(program);
  std::stringstream text;
  text << in.rdbuf();
  static const std::regex kSeed(R"((np\.random\.seed\()\d+(\)))");
  if (!std::regex_search(text.str(), kSeed))
    throw support::InputError(program + ": has no np.random.seed(N) to draw its data anew with",
                              "take `redrawn` out of its manifest");
  fs::create_directories(folder);
  const std::string copy = folder + "/" + fs::path(program).filename().string();
  std::ofstream(copy) << std::regex_replace(text.str(), kSeed, fmt::format("$01{}$2", seed));
  const fs::path manifest = fs::path(program).parent_path() / "manifest.json";
  if (fs::exists(manifest))
    fs::copy_file(manifest, folder + "/manifest.json", fs::copy_options::overwrite_existing);
  return copy;
}

std::vector<Subject> read_drawings(const BenchmarkSubject& about, int drawings,
                                   const std::string& directory, const CaptureFunction& capture,
                                   Reporter& reporter) {
  std::vector<Subject> subjects;
  for (int drawing = 0; drawing < (about.redrawn ? drawings : 1); ++drawing) {
    const std::string place = fmt::format("{}/{}", directory, drawing);
    const std::string program = about.redrawn
                                    ? redrawn_copy(about.program, place + "-program", drawing + 1)
                                    : about.program;
    reporter.detail(fmt::format("reading {}", program));
    subjects.push_back(read_study_subject(program, place, about.metric, capture));
  }
  return subjects;
}

}  // namespace dlfix::agent
