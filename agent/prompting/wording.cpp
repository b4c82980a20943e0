#include "agent/prompting/wording.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <filesystem>
#include <regex>

#include "agent/output/program_text.h"
#include "mapping/program/edits.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {
namespace {

/// Names in keras.datasets and scikit-learn -> how people write them.
constexpr std::pair<std::string_view, std::string_view> kNames[] = {
    {"mnist", "MNIST dataset"},
    {"fashion_mnist", "Fashion-MNIST dataset"},
    {"cifar10", "CIFAR-10 dataset"},
    {"cifar100", "CIFAR-100 dataset"},
    {"reuters", "Reuters newswire dataset"},
    {"imdb", "IMDB movie review dataset"},
    {"boston_housing", "Boston housing dataset"},
    {"california_housing", "California housing dataset"},
    {"digits", "handwritten digits dataset"},
    {"breast_cancer", "Breast Cancer Wisconsin dataset"},
    {"diabetes", "diabetes dataset"},
    {"iris", "Iris dataset"},
    {"wine", "Wine recognition dataset"},
    {"20newsgroups", "20 newsgroups dataset"},
    {"covtype", "Forest covertypes dataset"},
    {"olivetti_faces", "Olivetti faces dataset"},
};

std::string name_of(const std::string& word) {
  const auto* const known =
      std::ranges::find(kNames, word, [](const auto& item) { return item.first; });
  return known != std::end(kNames) ? std::string(known->second) : word + " dataset";
}

constexpr const char* kMadeData =
    R"(\bmake_(?:blobs|moons|circles|classification|regression|gaussian_quantiles)\s*\()";
constexpr const char* kDrawnData =
    R"(\b(?:random|rng)\s*\.\s*(?:normal|uniform|randn?|randint|random|integers|choice)\s*\()";
constexpr const char* kReadsFiles =
    R"(\b(?:open|h5py|imread|load|loadmat|read_\w+|loadtxt|genfromtxt|flow_from_\w+)\b)";
/// A longer line is data, not code; patterns do not look at it.
constexpr std::size_t kLongestLine = 1000;

/// Without comments and without very long lines: a "#" outside quotes ends a line (texts over
/// several lines are read as text).
std::string without_comments(const std::string& source) {
  std::string out;
  std::size_t line_start = 0;
  char quote = 0;
  bool comment = false;
  for (std::size_t at = 0; at < source.size(); ++at) {
    const char letter = source[at];
    if (letter == '\n') {
      comment = false;
      quote = 0;
      if (out.size() - line_start > kLongestLine) out.resize(line_start);
      line_start = out.size() + 1;
    } else if (comment) {
      continue;
    } else if (quote != 0) {
      if (letter == quote) quote = 0;
    } else if (letter == '"' || letter == '\'') {
      quote = letter;
    } else if (letter == '#') {
      comment = true;
      continue;
    }
    out += letter;
  }
  if (out.size() - std::min(line_start, out.size()) > kLongestLine) out.resize(line_start);
  return out;
}

/// First capture of the pattern, or empty.
std::string captured(const std::string& text, const char* pattern) {
  std::smatch match;
  return std::regex_search(text, match, std::regex(pattern)) ? match[1].str() : "";
}

bool contains(const std::string& text, const char* pattern) {
  return std::regex_search(text, std::regex(pattern));
}

std::string keras_dataset(const std::string& text) {
  static const std::regex kLoads(
      R"(\b(\w+)\s*\.\s*load_data\s*\(|datasets\s*\.\s*(\w+)\s+import\s+load_data)");
  for (std::sregex_iterator match(text.begin(), text.end(), kLoads), end; match != end; ++match) {
    const std::string name = (*match)[1].matched ? (*match)[1].str() : (*match)[2].str();
    const auto* const known =
        std::ranges::find(kNames, name, [](const auto& item) { return item.first; });
    if (known != std::end(kNames)) return std::string(known->second);
  }
  return "";
}

std::string file_dataset(const std::string& text) {
  const std::string path = captured(
      text,
      R"((?:read_csv|read_excel|read_table|loadtxt|genfromtxt|np\.load)\s*\(\s*["']([^"'{]+)["'])");
  return path.empty() ? "" : std::filesystem::path(path).filename().string() + " dataset";
}

bool says_classes(const mapping::Program& program) {
  return std::ranges::any_of(program.compile.metrics, [](const std::string& metric) {
    return metric.find("acc") != std::string::npos || metric.find("auc") != std::string::npos ||
           metric.find("precision") != std::string::npos || metric == "f1";
  });
}

bool ends_in_classes(const mapping::Program& program) {
  if (program.model.layers.empty()) return false;
  const auto& attributes = program.model.layers.back().attributes;
  const auto found = attributes.find("activation");
  return found != attributes.end() && found->is_string() &&
         (*found == "softmax" || *found == "sigmoid");
}

/// MAE, MSE, AUC as people write them; accuracy as it is.
std::string metric_words(const std::string& metric) {
  constexpr std::string_view kCapitals[] = {"mae", "mse", "rmse", "auc", "mape", "msle"};
  std::string words = metric;
  if (std::ranges::find(kCapitals, metric) != std::end(kCapitals))
    std::ranges::transform(words, words.begin(), [](unsigned char c) { return std::toupper(c); });
  return words;
}

std::string rows_of(const mapping::ProgramArray& array) {
  const auto& shape = array.data.shape;
  if (shape.empty()) return "";
  const std::vector<std::int64_t> row(shape.begin() + 1, shape.end());
  return row.empty() ? fmt::format("{} rows", shape[0])
                     : fmt::format("{} rows of shape ({})", shape[0], fmt::join(row, ", "));
}

}  // namespace

eval::Problem problem_of(const mapping::Program& program) {
  eval::Problem problem = eval::detect_problem(program);
  if (problem.kind != eval::ProblemKind::kUnknown) return problem;
  const bool classes = says_classes(program) ||
                       eval::is_classification_loss(program.compile.loss) ||
                       ends_in_classes(program);
  problem.kind = classes ? eval::ProblemKind::kMultiClass : eval::ProblemKind::kRegression;
  return problem;
}

std::string dataset_name(const std::string& source) {
  const std::string text = without_comments(source);
  if (const std::string name = keras_dataset(text); !name.empty()) return name;
  const std::string sklearn = captured(text, R"(\b(?:load|fetch)_(\w+)\s*\()");
  const bool known =
      std::ranges::any_of(kNames, [&](const auto& item) { return item.first == sklearn; });
  if (known) return name_of(sklearn);
  const std::string tfds = captured(text, R"(\btfds\s*\.\s*load\s*\(\s*["']([\w/]+)["'])");
  if (!tfds.empty()) return name_of(tfds);
  if (const std::string file = file_dataset(text); !file.empty()) return file;
  if (contains(text, kMadeData)) return "artificially generated dataset";
  if (contains(text, kDrawnData) && !contains(text, kReadsFiles))
    return "randomly generated dataset";
  return "";
}

Wording infer_wording(const mapping::Program& program, const eval::Problem& problem,
                      const std::string& metric) {
  Wording wording;
  wording.task = problem.kind == eval::ProblemKind::kRegression ? "regression problem"
                                                                : "classification problem";
  for (const auto& [path, text] : mapping::read_sources(program))
    if (wording.dataset.empty()) wording.dataset = dataset_name(text);
  wording.goal =
      fmt::format("{} the original {}", trainer::higher_is_better(metric) ? "increase" : "decrease",
                  metric_words(metric));
  return wording;
}

Wording complete_wording(Wording given, const Wording& inferred) {
  if (given.task.empty()) given.task = inferred.task;
  if (given.dataset.empty()) given.dataset = inferred.dataset;
  if (given.goal.empty()) given.goal = inferred.goal;
  return given;
}

std::vector<std::string> problem_facts(const mapping::Program& program,
                                       const eval::Problem& problem, const std::string& metric) {
  std::vector<std::string> facts{model_summary(program)};
  if (!problem.sentence.empty()) facts.push_back(problem.sentence);
  if (!program.x.empty())
    if (const std::string rows = rows_of(program.x.front()); !rows.empty())
      facts.push_back("trained on " + rows);
  if (!program.evaluations.empty() && !program.evaluations.back().x.empty())
    if (const std::string rows = rows_of(program.evaluations.back().x.front()); !rows.empty())
      facts.push_back("evaluated on " + rows);
  facts.push_back(fmt::format("judged by {}, {} is better", metric_words(metric),
                              trainer::higher_is_better(metric) ? "more" : "less"));
  return facts;
}

}  // namespace dlfix::agent
