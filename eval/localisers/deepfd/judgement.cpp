#include "eval/localisers/deepfd/judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

int count(const FaultBits& faults) { return std::accumulate(faults.begin(), faults.end(), 0); }

int shared(const FaultBits& a, const FaultBits& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0);
}

void add_set_scores(const DeepFdTable& table, JudgedProtocol& judged) {
  double faulty = 0;
  for (std::size_t v = 0; v < table.versions.size(); ++v) {
    const FaultBits& truth = table.versions[v].faults;
    const FaultBits& said = judged.result.predicted[v];
    if (count(truth) == 0) continue;
    ++faulty;
    judged.recall += static_cast<double>(shared(truth, said)) / count(truth);
    if (count(said) > 0) judged.precision += static_cast<double>(shared(truth, said)) / count(said);
  }
  if (faulty == 0) return;
  judged.recall /= faulty;
  judged.precision /= faulty;
}

std::array<double, kDeepFdLabels> reliability_of(const DeepFdTable& table,
                                                 const HeldOutResult& result) {
  std::array<double, kDeepFdLabels> reliability{};
  for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
    // One right and one wrong beforehand, so that few sayings prove little.
    double right = 1, said = 2;
    for (std::size_t v = 0; v < table.versions.size(); ++v) {
      if (result.predicted[v][label] == 0) continue;
      ++said;
      right += table.versions[v].faults[label];
    }
    reliability[label] = right / said;
  }
  return reliability;
}

class Judge {
 public:
  Judge(const DeepFdTable& table, const HeldOutOptions& options)
      : table_(table), options_(options) {}

  DeepFdJudgement judge() {
    count_table();
    if (judgement_.programs < 2) {
      throw support::InputError(
          "the table is of one program: none can be held out",
          "make it of several with `dlfix-agent mutate A.py B.py ... --table`");
    }
    rows();
    programs();
    groups_of_features();
    judgement_.program_recall = program_recall(table_, options_);
    return std::move(judgement_);
  }

 private:
  void count_table() {
    check_table(table_);
    std::set<std::string> programs, data_sets;
    for (const DeepFdVersion& version : table_.versions) {
      programs.insert(version.program);
      data_sets.insert(version.dataset);
      judgement_.survivors += version.survived ? 1 : 0;
      judgement_.runs += version.runs.size();
      for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
        judgement_.positives[label] += version.faults[label];
      }
    }
    judgement_.programs = programs.size();
    judgement_.data_sets = data_sets.size();
    judgement_.versions = table_.versions.size();
    one_data_set_each_ = data_sets.size() < 2 || data_sets.contains("");
  }

  const HeldOutResult& add(const std::string& name, const std::string& offsets,
                           const DeepFdTable& table, HoldOut hold_out,
                           const HeldOutOptions& options) {
    JudgedProtocol judged{name, offsets, judge_held_out(table, hold_out, options)};
    add_set_scores(table, judged);
    judgement_.protocols.push_back(std::move(judged));
    return judgement_.protocols.back().result;
  }

  HeldOutOptions with_offsets(const VoteOffsets& offsets) const {
    HeldOutOptions options = options_;
    options.offsets = OffsetRule::kGiven;
    options.model.offsets = offsets;
    return options;
  }

  void rows() { add("rows", "published", table_, HoldOut::kRows, with_offsets(kPublishedOffsets)); }

  void programs() {
    const HeldOutResult held = add("programs", "learned", table_, HoldOut::kPrograms, options_);
    judgement_.reliability = reliability_of(table_, held);
    add("programs", "published", table_, HoldOut::kPrograms, with_offsets(kPublishedOffsets));
    add("programs", "none", table_, HoldOut::kPrograms, with_offsets(kNoOffsets));
    add("programs", "majority", table_, HoldOut::kPrograms, with_offsets(kMajorityOffsets));
    HeldOutOptions equal = options_;
    equal.training_versions = held.least_training_versions;
    const double within =
        add("within_programs", "learned", table_, HoldOut::kWithinPrograms, equal).accuracies.macro;
    judgement_.gap = within - held.accuracies.macro;
    if (!one_data_set_each_) {
      add("data_sets", "learned", table_, HoldOut::kDataSets, options_);
    }
  }

  bool has_any(const std::vector<std::string>& parts) const {
    return std::ranges::any_of(table_.features, [&](const std::string& feature) {
      return std::ranges::any_of(
          parts, [&](const std::string& part) { return feature.find(part) != std::string::npos; });
    });
  }

  void groups_of_features() {
    const std::vector<std::pair<std::string, std::vector<std::string>>> groups = {
        {"loss and accuracy", {"loss", "acc", "converge", "test_"}},
        {"gradients", {"gradient", "relu"}},
        {"weights", {"weight"}},
        {"curvature", {"curvature", "stability"}}};
    for (const auto& [name, parts] : groups) {
      if (!has_any(parts)) continue;
      add("programs, " + name + " alone", "learned", with_features(table_, parts),
          HoldOut::kPrograms, options_);
    }
    if (has_any({"curvature"})) {
      add("programs, without curvature", "learned", with_features(table_, the_tools_own()),
          HoldOut::kPrograms, options_);
    }
  }

  std::vector<std::string> the_tools_own() const {
    std::vector<std::string> own = table_.features;
    std::erase_if(own, [](const std::string& feature) {
      return feature.find("curvature") != std::string::npos ||
             feature.find("stability") != std::string::npos;
    });
    return own;
  }

  const DeepFdTable& table_;
  const HeldOutOptions& options_;
  DeepFdJudgement judgement_;
  bool one_data_set_each_ = false;
};

std::string share(const std::optional<double>& value) {
  return value ? fmt::format("{:5.3f}", *value) : "    -";
}

}  // namespace

DeepFdTable with_runs(DeepFdTable table, std::size_t runs) {
  for (DeepFdVersion& version : table.versions) {
    if (runs > 0 && version.runs.size() > runs) version.runs.resize(runs);
  }
  return table;
}

DeepFdJudgement judge_deepfd(const DeepFdTable& table, const HeldOutOptions& options) {
  return Judge(table, options).judge();
}

json to_json(const DeepFdJudgement& judgement) {
  json document{{"programs", judgement.programs},
                {"data_sets", judgement.data_sets},
                {"versions", judgement.versions},
                {"survivors", judgement.survivors},
                {"runs", judgement.runs},
                {"gap", judgement.gap},
                {"program_recall", judgement.program_recall}};
  for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
    document["positives"][deepfd_label(label)] = judgement.positives[label];
    document["reliability"][deepfd_label(label)] = judgement.reliability[label];
  }
  document["protocols"] = json::array();
  for (const JudgedProtocol& judged : judgement.protocols) {
    const HeldOutResult& result = judged.result;
    json entry{{"held_out", judged.name},
               {"offsets", judged.offsets},
               {"macro_balanced_accuracy", result.accuracies.macro},
               {"interval", {result.macro_interval.low, result.macro_interval.high}},
               {"detection", result.detection},
               {"precision", judged.precision},
               {"recall", judged.recall},
               {"mean_reported", result.mean_reported},
               {"least_training_versions", result.least_training_versions}};
    for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
      const auto& accuracy = result.accuracies.outputs.at(label);
      entry["balanced_accuracy"][deepfd_label(label)] = accuracy ? json(*accuracy) : json();
    }
    document["protocols"].push_back(std::move(entry));
  }
  return document;
}

std::string to_text(const DeepFdJudgement& judgement) {
  std::string text =
      fmt::format("{} versions of {} programs on {} data sets, {} runs; {} mutants survive\n",
                  judgement.versions, judgement.programs, judgement.data_sets, judgement.runs,
                  judgement.survivors);
  text += "versions with the fault:";
  for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
    text += fmt::format(" {} {}", deepfd_label(label), judgement.positives[label]);
  }
  text += "\n\nbalanced accuracy on what is held out\n";
  text += fmt::format("{:<36} {:<9} {:>5} {:>15} ", "held out", "offsets", "macro", "95 %");
  for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
    text += fmt::format(" {:>5}", deepfd_label(label));
  }
  text += fmt::format(" {:>6} {:>5} {:>5} {:>5}\n", "detect", "PR", "RC", "said");
  for (const JudgedProtocol& judged : judgement.protocols) {
    const HeldOutResult& result = judged.result;
    text +=
        fmt::format("{:<36} {:<9} {:>5.3f} [{:.3f}, {:.3f}] ", judged.name, judged.offsets,
                    result.accuracies.macro, result.macro_interval.low, result.macro_interval.high);
    for (const auto& accuracy : result.accuracies.outputs) text += " " + share(accuracy);
    text += fmt::format(" {:>6.3f} {:>5.2f} {:>5.2f} {:>5.2f}\n", result.detection,
                        judged.precision, judged.recall, result.mean_reported);
  }
  text += fmt::format("\ngap between programs seen and unseen: {:.3f}\n", judgement.gap);
  text += fmt::format("the features tell the program with recall {:.2f} (by chance {:.2f})\n",
                      judgement.program_recall, 1.0 / static_cast<double>(judgement.programs));
  return text;
}

}  // namespace dlfix::eval
