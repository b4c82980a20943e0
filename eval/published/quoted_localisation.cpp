// Numbers of the text about localisation: sections 6.1 to 6.4.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "eval/metrics/stability.h"
#include "eval/published/averages.h"
#include "eval/published/cells.h"
#include "eval/published/families.h"
#include "eval/published/quoted_numbers.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/wilcoxon.h"

namespace dlfix::eval {
namespace {

constexpr int kDecimals = 2;
constexpr int kTestDecimals = 3;
constexpr const char* kDeepFd = "DFD";

double rounded(double value) { return round_half_up(value, kDecimals); }

/// An average of Table 5 or 6 as printed: what the text compares.
double printed_average(const StudyFolder& folder, const std::string& average, const char* tool,
                       const Measure& measure, bool after) {
  return printed_number(folder.row(after ? 6 : 5, average).at(tool).at(measure.name)).value_or(0);
}

/// DeepFD names no layers: what its recall is when activations are not credited, or by half.
PublishedLine deepfd_line(const StudyFolder& folder, const LocalisationData& data) {
  Cells cells("Text 6.1 DeepFD's recall");
  const auto& quoted = quoted_numbers().at("deepfd_recall");
  double unsure = 0;
  const auto with_credit = [&](double credit) {
    unsure = 0;
    return average_of(folder, kTotalAverage, [&](const std::string& id) -> std::optional<double> {
      const double recall = rounded(data.before(kDeepFd, id, Scores::kPrinted).recall);
      const auto truth = data.listed_truth(kDeepFd, id);
      const auto output = data.listed_output(kDeepFd, id);
      const bool by_type_alone = std::ranges::any_of(output, [&](const FaultLabel& label) {
        return label.layers.empty() && std::ranges::any_of(truth, [&](const FaultLabel& fault) {
                 return !fault.layers.empty() && names_fault(label, fault, {});
               });
      });
      unsure += by_type_alone ? 1 : 0;
      return by_type_alone ? credit * recall : recall;
    });
  };
  cells.compare("mean", printed_number(quoted.at("mean")), with_credit(1), kDecimals, [&] {
    return fmt::format(
        "the column averages {:.4f}; the text repeats the table's T.A. cell {}", *with_credit(1),
        cell_text(printed_number(folder.row(5, kTotalAverage).at(kDeepFd).at("RC")), kDecimals));
  });
  cells.compare("layers not credited", printed_number(quoted.at("not_credited")), with_credit(0),
                kDecimals);
  cells.compare("half credited", printed_number(quoted.at("half_credited")), with_credit(0.5),
                kDecimals);
  cells.compare("faults concerned", printed_number(quoted.at("faults_without_layer")), unsure, 0);
  return cells.line();
}

PublishedLine advantage_line(const StudyFolder& folder, bool after) {
  const Measure& measure = kMeasures[after ? 0 : 1];
  Cells cells(after ? "Text 6.2 GPT-4's recall above DeepFD's"
                    : "Text 6.1 GPT-4's precision above the next");
  const auto& quoted =
      quoted_numbers().at(after ? "gpt_recall_advantage" : "gpt_precision_advantage");
  for (const auto& [average, word] :
       {std::pair{kArtificialAverage, "artificial"}, {kRealAverage, "real"}}) {
    double next = 0;
    for (const char* tool : kLocalisers) {
      if (tool == std::string(kGpt) || (after && tool != std::string(kDeepFd))) continue;
      next = std::max(next, printed_average(folder, average, tool, measure, after));
    }
    cells.compare(word, printed_number(quoted.at(word)),
                  printed_average(folder, average, kGpt, measure, after) - next, kDecimals);
  }
  return cells.line();
}

PublishedLine raised_line(const StudyFolder& folder, const LocalisationData& data) {
  Cells cells("Text 6.2 faults with raised recall");
  const auto& quoted = quoted_numbers().at("recall_raised");
  double with_alternatives = 0;
  for (const auto& id : localisation_ids(folder))
    with_alternatives += data.alternatives(id, Scores::kPrinted).empty() ? 0 : 1;
  cells.compare("faults with alternatives", printed_number(quoted.at("faults_with_alternatives")),
                with_alternatives, 0);
  for (const char* tool : kLocalisers) {
    double raised = 0;
    for (const auto& id : localisation_ids(folder)) {
      raised += rounded(data.after(tool, id, Scores::kPrinted).recall) >
                        rounded(data.before(tool, id, Scores::kPrinted).recall)
                    ? 1
                    : 0;
    }
    cells.compare(tool, printed_number(quoted.at("tools").at(tool)), raised, 0);
  }
  return cells.line();
}

/// The study tests the recall cells of its Table 6.
PublishedLine wilcoxon_line(const StudyFolder& folder) {
  Cells cells("Text 6.2 Wilcoxon tests");
  for (const auto& [pair, printed] : folder.quoted("wilcoxon_fl_after").items()) {
    const std::string other = pair.substr(pair.rfind('_') + 1);
    std::vector<double> first, second;
    for (const auto& id : localisation_ids(folder)) {
      first.push_back(*printed_number(folder.row(6, id).at(kDeepFd).at("RC")));
      second.push_back(*printed_number(folder.row(6, id).at(other).at("RC")));
    }
    const double p = wilcoxon_signed_rank(first, second).p_value;
    cells.compare(pair, printed_number(printed), p, kTestDecimals, [&]() -> std::string {
      const double cut = std::floor(p * 1000) / 1000;
      return std::abs(cut - printed.get<double>()) < 1e-9
                 ? fmt::format("cut behind the third decimal, not rounded ({:.5f})", p)
                 : "";
    });
  }
  cells.note("between the recall cells of Table 6");
  return cells.line();
}

/// "repetition 7 of D7": what the study leaves out.
bool is_excluded(const std::string& sentence, const LocalisationReply& reply) {
  static const std::regex kPattern(R"(repetition (\d+) of (\w+))");
  std::smatch found;
  return std::regex_search(sentence, found, kPattern) && found[2] == reply.fl_id &&
         std::stoi(found[1]) == reply.repetition;
}

/// Facts of the replies of all, of the artificial or of the real faults.
std::vector<ReplyFacts> reply_facts(const StudyFolder& folder, const LocalisationData& data,
                                    const std::string& group) {
  const auto excluded = folder.quoted("fl_answers").at("excluded").get<std::string>();
  std::vector<ReplyFacts> facts;
  for (const auto& id : localisation_ids(folder)) {
    const bool artificial = folder.fault_by_fl_id(id).artificial;
    if (group != "all" && artificial != (group == "artificial")) continue;
    const auto scores = data.after_of_replies(id, Scores::kPrinted);
    std::size_t at = 0;
    for (const auto& reply : data.replies()) {
      if (reply.fl_id != id) continue;
      const double f3 = scores.at(at++).f3;
      if (!is_excluded(excluded, reply))
        facts.push_back({id, reply.answers, reply.label_count, f3});
    }
  }
  return facts;
}

PublishedLine stability_line(const StudyFolder& folder, const LocalisationData& data) {
  Cells cells("Text 6.3 GPT-4's stability (RQ2)");
  const auto& quoted = folder.quoted("fl_answers");
  const auto compare = [&](const std::string& cell, const nlohmann::json& printed, double value) {
    cells.compare(cell, printed_number(printed), value, decimals_of(printed.get<double>()));
  };
  const Stability all = measure_stability(reply_facts(folder, data, "all"));
  compare("answers", quoted.at("mean"), all.mean_answers);
  compare("smallest deviation of answers", quoted.at("sd_range").at(0), all.smallest_sd);
  compare("largest deviation of answers", quoted.at("sd_range").at(1), all.largest_sd);
  compare("mean deviation of answers", quoted.at("sd_mean"), all.mean_sd);
  compare("extracted share", quoted.at("extracted_share"), all.extracted_share);
  for (const std::string group : {"artificial", "real"}) {
    const Stability some = measure_stability(reply_facts(folder, data, group));
    compare(group + " answers", quoted.at(group + "_mean"), some.mean_answers);
    compare(group + " fewest answers", quoted.at(group + "_range").at(0), some.fewest_answers);
    compare(group + " most answers", quoted.at(group + "_range").at(1), some.most_answers);
    compare(group + " deviation of F3", quoted.at("f3_sigma").at(group), some.f3_sd);
  }
  return cells.line();
}

PublishedLine speed_line(const StudyFolder& folder) {
  Cells cells("Text 6.4 GPT-4's speed");
  const auto& row = folder.row(8, "Avg.");
  cells.compare("times faster than DeepFD",
                printed_number(quoted_numbers().at("times_faster_than_deepfd").at("times")),
                *printed_number(row.at(kDeepFd)) / *printed_number(row.at(kGpt)), 0);
  return cells.line();
}

PublishedLine second_best_line(const StudyFolder& folder) {
  Cells cells("Abstract: GPT-4's localisation above the second best");
  double next = 0;
  for (const char* tool : kLocalisers) {
    if (tool == std::string(kGpt)) continue;
    next = std::max(next, printed_average(folder, kTotalAverage, tool, kMeasures[2], true));
  }
  cells.compare(
      "percent", printed_number(folder.quoted("improvement_over_second_best").at("fl_percent")),
      100 * (printed_average(folder, kTotalAverage, kGpt, kMeasures[2], true) / next - 1), 0);
  cells.note("F3 with alternative ground truths");
  return cells.line();
}

}  // namespace

Lines quoted_localisation_lines(const StudyFolder& folder, const LocalisationData& data) {
  Lines lines;
  lines.push_back(deepfd_line(folder, data));
  const auto add = [&](const std::string& name, const auto& compute) {
    lines.push_back(guarded(name, compute));
  };
  add("Text 6.1 GPT-4's precision above the next", [&] { return advantage_line(folder, false); });
  add("Text 6.2 faults with raised recall", [&] { return raised_line(folder, data); });
  add("Text 6.2 Wilcoxon tests", [&] { return wilcoxon_line(folder); });
  add("Text 6.2 GPT-4's recall above DeepFD's", [&] { return advantage_line(folder, true); });
  add("Text 6.3 GPT-4's stability (RQ2)", [&] { return stability_line(folder, data); });
  lines.push_back(speed_line(folder));
  add("Abstract: GPT-4's localisation above the second best",
      [&] { return second_best_line(folder); });
  return lines;
}

}  // namespace dlfix::eval
