#include "agent/workflows/ground_truth.h"

#include <filesystem>
#include <fstream>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

GroundTruth config_truth(const std::string& file, const Subject& faulty) {
  std::ifstream stream(file);
  const auto document = nlohmann::json::parse(stream, nullptr, false);
  if (!document.is_object()) {
    throw support::InputError(file + ": is not a JSON object of hyperparameters",
                              "a ground truth is a fixed .py program or {\"lr\": 0.001, ...}");
  }
  const auto values = document.value("config", document);
  if (!values.is_object()) {
    throw support::InputError(file + ": \"config\" is not an object", "give {\"lr\": 0.001, ...}");
  }
  GroundTruth truth{fs::path(file).filename().string(), faulty, {}, ""};
  for (const auto& [name, value] : values.items()) truth.changes[name] = value;
  faulty.work(truth.changes);  // says now what does not fit
  return truth;
}

GroundTruth program_truth(const std::string& file, const Subject& faulty,
                          const std::string& directory, const CaptureFunction& capture) {
  GroundTruth truth{fs::path(file).filename().string(), faulty, {}, ""};
  truth.subject.program = capture_once(file, directory, capture);
  truth.subject.pool = make_row_pool(truth.subject.program);
  const RowPool& own = truth.subject.pool;
  const RowPool& other = faulty.pool;
  if (own.training != other.training || own.evaluation != other.evaluation) {
    truth.subject.plan = make_row_plan(truth.subject.program, own);
    truth.remark =
        truth.name + " has other numbers of rows than the program: it is measured on its own";
  }
  if (!truth.subject.program.validation &&
      truth.subject.plan.validation == ValidationUse::kOwnArrays) {
    truth.subject.plan.validation = ValidationUse::kNone;
  }
  return truth;
}

}  // namespace

GroundTruth read_ground_truth(const std::string& file, const Subject& faulty,
                              const std::string& directory, const CaptureFunction& capture) {
  if (!fs::is_regular_file(file)) {
    throw support::InputError("--ground-truth " + file + ": there is no such file", "");
  }
  return fs::path(file).extension() == ".json" ? config_truth(file, faulty)
                                               : program_truth(file, faulty, directory, capture);
}

std::optional<std::vector<eval::FoundTruth>> read_alternatives(const std::string& file) {
  if (fs::path(file).extension() != ".json") return std::nullopt;
  std::ifstream stream(file);
  const auto document = nlohmann::json::parse(stream, nullptr, false);
  if (!eval::is_neutrality_document(document)) return std::nullopt;
  return eval::read_found_truths(document, file);
}

}  // namespace dlfix::agent
