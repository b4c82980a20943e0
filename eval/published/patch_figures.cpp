// Figures 2 to 5, and what section 6.8 quotes of the patches: complexity and asymmetric Jaccard.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "eval/metrics/repair_metrics.h"
#include "eval/published/averages.h"
#include "eval/published/cells.h"
#include "eval/published/chosen_trials.h"
#include "eval/published/families.h"
#include "eval/published/quoted_numbers.h"
#include "eval/published/repair_data.h"
#include "eval/statistics/descriptive.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

constexpr int kDecimals = 2;
constexpr double kPrintedTemperature = 0.5;
constexpr const char* kNoCoordinates = "the folder has no coordinates of the drawn points";
constexpr std::array<std::pair<const char*, const char*>, 3> kReplyFiles{
    {{"GPT-3.5", "gpt-3.5-turbo"}, {"GPT-4", "gpt-4"}, {"GPT-4T", "gpt-4-turbo-preview"}}};

/// A patch that counts: of a case that Table 9 marks as improved.
struct Patch {
  const StudyFault* fault;
  mapping::Config config;
};

std::vector<Patch> search_patches(const StudyFolder& folder,
                                  const std::map<RunKey, ChosenTrial>& chosen) {
  std::vector<Patch> patches;
  for (const auto& [key, trial] : chosen) {
    const auto& [id, tool, budget, repeat] = key;
    if (budget != kPrintedBudget) continue;
    const auto column = std::ranges::find(
        kSearchTools, tool, [](const auto& pair) { return std::string(pair.second); });
    if (column == kSearchTools.end() || !is_marked(folder, id, column->first)) continue;
    const StudyFault& fault = folder.fault(id);
    const double faulty = printed_faulty(folder, id);
    if (clamped(trial.holdout, faulty, fault.higher_is_better) != trial.holdout) continue;
    patches.push_back({&fault, trial.config});
  }
  return patches;
}

/// Replies of one model at the temperature of Table 9, by prompt.
std::map<std::string, std::vector<mapping::Config>> read_replies(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw support::EnvironmentError(path + ": cannot be read");
  std::map<std::string, std::vector<mapping::Config>> replies;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    try {
      const auto record = nlohmann::json::parse(line);
      if (record.at("temperature").get<double>() != kPrintedTemperature) continue;
      const auto config =
          nlohmann::json::parse(record.at("text").get<std::string>(), nullptr, false);
      if (config.is_object())
        replies[record.at("subject").get<std::string>()].push_back(config_of(config));
    } catch (const nlohmann::json::exception& error) {
      throw support::InputError(fmt::format("{}:{}: {}", path, number, error.what()));
    }
  }
  return replies;
}

std::vector<Patch> reply_patches(const StudyFolder& folder) {
  std::vector<Patch> patches;
  for (const auto& [model, name] : kReplyFiles) {
    const auto replies = read_replies(folder.file(fmt::format("repair_replies/{}.jsonl", name)));
    for (const auto& id : repair_ids(folder)) {
      const StudyFault& fault = folder.fault(id);
      const auto found = replies.find(fault.prompt);
      if (found == replies.end() || !is_marked(folder, id, model)) continue;
      for (const auto& config : found->second) patches.push_back({&fault, config});
    }
  }
  return patches;
}

double mean_jaccard(const StudyFolder& folder, const std::vector<Patch>& patches, bool artificial,
                    Jaccard definition, bool alternatives) {
  std::vector<double> values;
  for (const auto& [fault, config] : patches) {
    if (fault->artificial != artificial) continue;
    double best = asymmetric_jaccard(fault->faulty, fault->fixed, config, definition);
    const auto graph = folder.graphs().find(fault->id);
    if (alternatives && graph != folder.graphs().end()) {
      for (const auto& node : graph->second) {
        if (!node.is_truth || best == 1) continue;
        best = std::max(best, asymmetric_jaccard(fault->faulty, node.config, config, definition));
      }
    }
    values.push_back(best);
  }
  return mean(values);
}

const char* word_of(bool artificial) { return artificial ? "artificial" : "real"; }

void compare_jaccard(Cells& cells, const StudyFolder& folder, const std::string& who,
                     const nlohmann::json& printed, const std::vector<Patch>& patches,
                     bool alternatives) {
  for (const bool artificial : {false, true}) {
    const auto value = [&](Jaccard definition) {
      return mean_jaccard(folder, patches, artificial, definition, alternatives);
    };
    const auto number = printed_number(printed.at(word_of(artificial)));
    const std::string cell = fmt::format("{} {}", who, word_of(artificial));
    const double notebook = value(Jaccard::kReplication), defined = value(Jaccard::kPaper);
    cells.compare(cell, number, notebook, kDecimals, [&] {
      return fmt::format("not known: {:.2f} against the fix, {:.2f} by equation 5", notebook,
                         defined);
    });
    cells.correct(cell, number, defined, kDecimals);
  }
}

PublishedLine jaccard_line(const StudyFolder& folder, const std::vector<Patch>& search,
                           const std::vector<Patch>& replies) {
  Cells cells("Text 6.8 and Figure 5, Jaccard");
  const auto& quoted = folder.quoted("asymmetric_jaccard_mean");
  compare_jaccard(cells, folder, "search", quoted.at("HPO_and_Random"), search, false);
  compare_jaccard(cells, folder, "GPT", quoted.at("GPT"), replies, false);
  cells.note(
      "as printed: operators where a patch differs from the fix; corrected: from the faulty "
      "program, equation 5");
  return cells.line();
}

PublishedLine alternatives_line(const StudyFolder& folder, const std::vector<Patch>& replies) {
  Cells cells("Text 6.8 Jaccard with alternative ground truths");
  const auto& quoted = folder.quoted("asymmetric_jaccard_mean").at("with_alternative_gts");
  compare_jaccard(cells, folder, "GPT", quoted.at("GPT"), replies, true);
  return cells.line();
}

PublishedLine auto_trainer_line() {
  Cells cells("Text 6.8 Jaccard of AutoTrainer");
  cells.cannot(
      "which of its actions AutoTrainer applied stands in its logs, which are not in the "
      "folder");
  return cells.line();
}

/// A gain, and the two values that it lies between.
PublishedLine gains_line(const StudyFolder& folder) {
  Cells cells("Text 6.8 gains by alternative ground truths");
  const auto& quoted = folder.quoted("asymmetric_jaccard_mean");
  for (const auto& [who, with] : quoted.at("with_alternative_gts").items()) {
    for (const char* kind : {"real", "artificial"}) {
      const double gain = with.at(kind).get<double>() - quoted.at(who).at(kind).get<double>();
      cells.compare(fmt::format("{} {}", who, kind),
                    printed_number(with.at("printed_gain").at(kind)), gain, kDecimals,
                    [] { return "the text's own values do not have this difference"; });
    }
  }
  return cells.line();
}

PublishedLine trials_line(const StudyFolder& folder, const std::map<RunKey, ChosenTrial>& chosen) {
  Cells cells("Table 9 best trials of the search runs");
  for (const auto& [group, runs] : read_search_runs(folder)) {
    for (const auto& run : runs) {
      const auto found = chosen.find({run.fault, run.tool, run.budget, run.repeat});
      const bool none = found == chosen.end();
      const std::string cell =
          fmt::format("{} {} {} {}", run.fault, run.tool, run.budget, run.repeat);
      cells.compare_text(
          cell, run.best_trial < 0 ? "none" : std::to_string(run.best_trial),
          none ? "none" : std::to_string(found->second.trial), [&]() -> std::string {
            return !none && found->second.search == run.best_search
                       ? "both trials have the same search metric in the folder's digits"
                       : "";
          });
    }
  }
  cells.note("chosen again from all trials of keras_trainings.jsonl.gz");
  return cells.line();
}

std::string share_text(const std::vector<double>& shares) {
  return fmt::format("{:.2f} (quartiles {:.2f} and {:.2f}, {} patches)", mean(shares),
                     quantile(shares, 0.25), quantile(shares, 0.75), shares.size());
}

PublishedLine complexity_line(const std::vector<Patch>& search, const std::vector<Patch>& replies) {
  Cells cells("Figure 4");
  cells.cannot(kNoCoordinates);
  const auto note = [&](const std::string& who, const std::vector<Patch>& patches) {
    for (const bool artificial : {false, true}) {
      std::vector<double> shares;
      for (const auto& [fault, config] : patches) {
        if (fault->artificial == artificial) shares.push_back(complexity(fault->faulty, config));
      }
      cells.note(fmt::format("complexity of {} on {} faults {}", who, word_of(artificial),
                             share_text(shares)));
    }
  };
  note("search patches", search);
  note("GPT patches", replies);
  return cells.line();
}

/// "around 80% to 90% of them"
PublishedLine changes_line(const std::vector<Patch>& search) {
  Cells cells("Text 6.8 share of changed hyperparameters");
  const auto& quoted = quoted_numbers().at("search_changes");
  for (const bool artificial : {false, true}) {
    std::vector<double> shares;
    for (const auto& [fault, config] : search) {
      if (fault->artificial == artificial) shares.push_back(complexity(fault->faulty, config));
    }
    const double share = mean(shares);
    const bool inside =
        share >= quoted.at("least").get<double>() && share <= quoted.at("most").get<double>();
    const std::string printed =
        fmt::format("{:.0f} % to {:.0f} %", 100 * quoted.at("least").get<double>(),
                    100 * quoted.at("most").get<double>());
    cells.compare_text(word_of(artificial), printed,
                       inside ? printed : fmt::format("{:.0f} %", 100 * share));
  }
  return cells.line();
}

PublishedLine rates_figure_line(const StudyFolder& folder) {
  Cells cells("Figure 3");
  cells.cannot(kNoCoordinates);
  const auto all = read_search_runs(folder);
  for (const auto& [column, tool] : kSearchTools) {
    std::string medians;
    for (const int budget : kBudgets) {
      std::vector<double> rates;
      for (const auto& id : repair_ids(folder)) {
        const auto one = repair_case(folder, runs_of(all, id, tool, budget), id, false);
        if (const auto rate = score_case(one, Scores::kCorrected).rate) rates.push_back(*rate);
      }
      medians += fmt::format("{}{:.2f}", medians.empty() ? "" : "/", median(rates));
    }
    cells.note(fmt::format("median IR of {} {}", column, medians));
  }
  cells.note("from the runs, budgets 10/20/50");
  return cells.line();
}

PublishedLine speed_figure_line(const StudyFolder& folder, const LocalisationData& data) {
  Cells cells("Figure 2");
  cells.cannot(kNoCoordinates);
  for (const char* tool : kLocalisers) {
    const auto f3 = average_of(folder, kTotalAverage, [&](const std::string& id) {
      return std::optional(data.after(tool, id, Scores::kPrinted).f3);
    });
    cells.note(fmt::format("{} {:.2f} s, F3 {:.2f}", tool,
                           *printed_number(folder.row(8, kTotalAverage).at(tool)), f3.value_or(0)));
  }
  return cells.line();
}

}  // namespace

Lines figure_lines(const StudyFolder& folder, const LocalisationData& data) {
  Lines lines;
  const auto add = [&](const std::string& name, const auto& compute) {
    lines.push_back(guarded(name, compute));
  };
  add("Figure 2", [&] { return speed_figure_line(folder, data); });
  add("Figure 3", [&] { return rates_figure_line(folder); });
  // Read when the first line needs them: a folder without these files has the lines above all the
  // same.
  std::optional<std::map<RunKey, ChosenTrial>> chosen;
  std::optional<std::vector<Patch>> searched, replied;
  const auto search = [&]() -> const std::vector<Patch>& {
    if (!chosen) chosen = choose_trials(folder);
    if (!searched) searched = search_patches(folder, *chosen);
    return *searched;
  };
  const auto replies = [&]() -> const std::vector<Patch>& {
    if (!replied) replied = reply_patches(folder);
    return *replied;
  };
  add("Figure 4", [&] { return complexity_line(search(), replies()); });
  add("Text 6.8 share of changed hyperparameters", [&] { return changes_line(search()); });
  add("Text 6.8 and Figure 5, Jaccard", [&] { return jaccard_line(folder, search(), replies()); });
  add("Text 6.8 Jaccard with alternative ground truths",
      [&] { return alternatives_line(folder, replies()); });
  lines.push_back(auto_trainer_line());
  lines.push_back(gains_line(folder));
  add("Table 9 best trials of the search runs", [&] {
    search();
    return trials_line(folder, *chosen);
  });
  return lines;
}

}  // namespace dlfix::eval
