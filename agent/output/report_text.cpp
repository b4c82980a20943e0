#include "agent/output/report_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "agent/output/figures.h"
#include "agent/output/progress.h"
#include "agent/output/terminal.h"
#include "agent/workflows/reply_results.h"

namespace dlfix::agent {
namespace {

std::string with_sd(const Arm& arm) {
  return fmt::format("{} ± {}", figure(arm.mean), figure(arm.deviation));
}

std::string program_text(const RepairReport& report) {
  std::string text = fmt::format("{}\n  {}\n", report.program, report.model);
  text += fmt::format("  Keras profile {} ({})", report.profile, report.profile_reason);
  text += report.device == "none" ? "\n"
                                  : fmt::format(", trained on {}{}\n", report.device,
                                                report.trainer.starts_with("keras")
                                                    ? fmt::format(" in {}", report.trainer)
                                                    : "");
  if (report.rows.is_object()) {
    text += fmt::format("  rows: {} to train, {} to search, {} to prove ({})\n",
                        report.rows.value("training", 0), report.rows.value("search", 0),
                        report.rows.value("final", 0), report.rows.value("source", ""));
  }
  return text;
}

std::vector<double> loss_curve(const Arm& arm) {
  std::vector<double> losses;
  if (arm.results.empty()) return losses;
  for (const auto& epoch : arm.results.front().epochs) losses.push_back(epoch.loss);
  return losses;
}

std::string reproduction_text(const RepairReport& report) {
  const Arm& arm = report.reproduction.arm;
  if (arm.values.empty()) return "";
  std::string values;
  for (const double value : arm.values) values += (values.empty() ? "" : "  ") + figure(value);
  std::string text =
      fmt::format("\nAs written: {} {} ({} seeds)\n", report.metric, values, arm.values.size());
  const std::vector<double> losses = loss_curve(arm);
  if (!losses.empty()) {
    text += fmt::format("  training loss {} {} {}\n", figure(losses.front()), sparkline(losses),
                        figure(losses.back()));
  }
  if (!report.reproduction.baseline.empty()) {
    text += fmt::format("  for comparison: {}\n", report.reproduction.baseline);
  }
  for (const std::string& symptom : report.reproduction.symptoms) {
    text += fmt::format("  - {}\n", symptom);
  }
  const std::set<std::string> failures(arm.failures.begin(), arm.failures.end());
  for (const std::string& failure : failures) {
    text += fmt::format("  - {} of {} trainings failed: {}\n",
                        std::ranges::count(arm.failures, failure), arm.results.size(), failure);
  }
  return text;
}

std::string findings_text(const RepairReport& report) {
  if (report.findings.empty()) return "";
  std::string text = "\nIn the data:\n";
  for (const DataNote& note : report.findings) {
    text += fmt::format("  - {}:{}: {}\n", std::filesystem::path(note.file).filename().string(),
                        note.line, note.message);
    if (!note.remedy.empty()) text += fmt::format("    remedy: {}\n", note.remedy);
  }
  return text;
}

std::string changes_text(const RepairReport& report) {
  if (report.changes.empty()) return "";
  std::string text = "\nWhat changes:\n";
  for (const Change& change : report.changes) {
    const std::string type =
        change.fault_type.empty() ? "" : fmt::format(" [{}]", change.fault_type);
    text += fmt::format("  - {}{}\n", change.sentence, type);
    if (!change.reason.empty()) text += fmt::format("    {}\n", change.reason);
  }
  return text;
}

std::vector<std::string> arm_row(const std::string& name, const Arm& arm, const std::string& rate) {
  return {name, with_sd(arm), rate, fmt::format("{:.2f} s", arm.training_seconds)};
}

/// Why a mean holds worst cases, so that nobody reads them as measured.
std::string failures_text(const Arm& arm) {
  if (arm.failures.empty()) return "";
  return fmt::format("  {}: {} of {} trainings gave no number ({}) and count as the worst case\n",
                     arm.name, arm.failures.size(), arm.results.size(), arm.failures.front());
}

/// What the means hide.
std::string flips_text(const std::optional<eval::Flips>& flips) {
  if (!flips) return "";
  std::string text = "  ";
  if (std::isfinite(flips->repair_rate))
    text += fmt::format("{:.1f} % of the rows that were wrong are right now, ",
                        100 * flips->repair_rate);
  return text + fmt::format("{:.1f} % of all were right and are wrong now\n",
                            100 * flips->negative_flip_rate);
}

std::string vote_text(const RepairReport& report) {
  if (!report.vote) return "";
  const Vote& vote = *report.vote;
  return fmt::format("  the majority of {} patches: {} {}\n", vote.patches.size(), report.metric,
                     with_sd(vote.arm)) +
         flips_text(vote.flips);
}

std::string table_text(const RepairReport& report) {
  if (!report.faulty) return "";
  const auto rate = [](const std::optional<double>& ir) {
    return ir ? fmt::format("{:.2f}", *ir) : std::string("-");
  };
  const bool truths = !report.truths.empty();
  std::vector<std::vector<std::string>> rows = {
      {"", report.metric, truths ? "IR" : "", "one training"},
      arm_row("faulty", *report.faulty, "")};
  if (report.patched) {
    rows.push_back(
        arm_row("patched", *report.patched, truths ? rate(report.truth_ir.front()) : ""));
  }
  for (const Arm& truth : report.truths) rows.push_back(arm_row(truth.name, truth, "1"));
  std::string text =
      fmt::format("\nOn {} final rows, {} seeds each:\n", report.n_final, report.prove_seeds) +
      table(rows, "  ") + failures_text(*report.faulty);
  if (report.patched) text += failures_text(*report.patched);
  for (const Arm& truth : report.truths) text += failures_text(truth);
  if (report.proof) {
    text +=
        fmt::format("  p = {:.4f} (Wilcoxon), d = {:.2f}, gain per row {:.4f} to {:.4f} (95 %)\n",
                    report.proof->p_value, report.proof->effect_size, report.proof->interval.low,
                    report.proof->interval.high);
  }
  return text + flips_text(report.flips) + vote_text(report);
}

/// Of several ground truths, the one to compare the patch with.
std::string closest_text(const RepairReport& report) {
  if (!report.closest_truth || report.closest_truth->of < 2) return "";
  const ClosestTruth& closest = *report.closest_truth;
  return fmt::format("  closest of {} ground truths: {} (AJ {:.2f}, IR {}{})\n", closest.of,
                     closest.name, closest.jaccard,
                     closest.ir ? fmt::format("{:.2f}", *closest.ir) : "-",
                     closest.differing.empty()
                         ? ""
                         : fmt::format("; differs in {}", fmt::join(closest.differing, ", ")));
}

std::string verify_text(const RepairReport& report) {
  if (report.verify.empty()) return "";
  std::vector<std::vector<std::string>> rows = {{"in Keras", "ours", "Keras", ""}};
  for (const VerifyFigures& figures : report.verify) {
    rows.push_back({figures.program, figure(figures.ours), figure(figures.keras), figures.remark});
  }
  return "\n" + table(rows, "  ");
}

std::string replies_text(const RepairReport& report) {
  if (report.reply_groups.empty()) return "";
  std::string text = "\nReplies:\n";
  for (const ReplyGroup& group : report.reply_groups) {
    std::vector<std::string> outcomes, draws;
    for (const auto& [outcome, number] : group.outcomes)
      outcomes.push_back(fmt::format("{} x {}", number, outcome));
    for (const auto& [k, value] : group.pass_at)
      draws.push_back(fmt::format("pass@{} {:.2f}", k, value));
    const std::string round = group.round == 0 ? "" : fmt::format(", round {}", group.round + 1);
    text += fmt::format("  {} at temperature {}{}: {}; {} of {} pass: {}\n", group.endpoint,
                        group.temperature, round, fmt::join(outcomes, ", "), group.passed,
                        group.replies, fmt::join(draws, ", "));
  }
  return text + fmt::format("  ({})\n", pass_rule());
}

std::string cost_text(const RepairReport& report) {
  const RepairCost& cost = report.cost;
  std::string text = fmt::format(
      "\nCost: {}, {} trainings ({} from the run store), {} settings tried",
      duration_words(cost.seconds), cost.trainings, cost.stored_trainings, report.configs_tried);
  if (report.given_up > 0)
    text += fmt::format(" ({} given up before their last epoch)", report.given_up);
  if (cost.requests > 0) {
    text += fmt::format(", {} requests, {} tokens, {}", cost.requests, cost.tokens,
                        cost.usd ? fmt::format("${:.4f}", *cost.usd) : "price not known");
  }
  return text + "\n";
}

std::string verdict_text(const RepairReport& report, bool colours) {
  const bool good = report.outcome == "proven" || report.outcome == "no_fault_shown";
  const std::string start = colours ? (good ? "\033[1;32m" : "\033[1;33m") : "";
  return fmt::format("\n{}{}{}: {}\n", start, report.outcome, colours ? "\033[0m" : "",
                     report.verdict);
}

}  // namespace

std::string report_text(const RepairReport& report, bool colours) {
  std::string text = program_text(report);
  for (const std::string& warning : report.warnings) text += "  note: " + warning + "\n";
  text += reproduction_text(report) + findings_text(report);
  if (!report.diff.empty()) {
    text += "\n" + (colours ? coloured_diff(report.diff) : report.diff);
  }
  return text + changes_text(report) + table_text(report) + closest_text(report) +
         verify_text(report) + replies_text(report) + verdict_text(report, colours) +
         cost_text(report);
}

}  // namespace dlfix::agent
