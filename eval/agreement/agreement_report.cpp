#include "eval/agreement/agreement_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "eval/agreement/study_data.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

constexpr std::size_t kMostDisagreements = 50;

json counts_json(const Counts& counts) {
  return {{"f1", counts.f1()}, {"precision", counts.precision()}, {"recall", counts.recall()},
          {"hit", counts.hit}, {"extra", counts.extra},           {"missed", counts.missed}};
}

json counts_json(const std::map<std::string, Counts>& all) {
  json result = json::object();
  for (const auto& [name, counts] : all) result[name] = counts_json(counts);
  return result;
}

json agreement_json(const Agreement& agreement) {
  return {{"answers", agreement.answers},
          {"micro_f1", agreement.micro.f1()},
          {"micro_precision", agreement.micro.precision()},
          {"micro_recall", agreement.micro.recall()},
          {"macro_f1", agreement.macro_f1},
          {"ft_micro_f1", agreement.all_types.f1()},
          {"with_layers_micro_f1", agreement.with_layers.f1()},
          {"layer_accuracy", agreement.layer_accuracy()},
          {"layers_judged", agreement.layers_judged},
          {"specific_accuracy", agreement.specific_accuracy()},
          {"specific_judged", agreement.specific_judged},
          {"nef_recall", agreement.nef.recall()},
          {"nef_precision", agreement.nef.precision()}};
}

json comparison_json(const Comparison& row) {
  return {
      {"line", row.gold.line},
      {"fl_id", row.gold.fault},
      {"text", row.gold.text},
      {"gold", {{"FT", label_text(row.gold.types)}, {"FinalFT", label_text(row.gold.final_types)}}},
      {"mapped", {{"FT", label_text(row.types)}, {"FinalFT", label_text(row.final_types)}}},
      {"confidence", row.confidence},
      {"cues", row.cues}};
}

json comparisons_json(const std::vector<Comparison>& rows) {
  json result = json::array();
  for (const auto& row : rows) result.push_back(comparison_json(row));
  return result;
}

// The fold's number, or "not listed".
std::string fold_of(const Folds& folds, const std::string& fault) {
  for (std::size_t index = 0; index < folds.faults.size(); ++index) {
    if (std::ranges::count(folds.faults[index], fault) > 0) return std::to_string(index + 1);
  }
  return "not listed";
}

std::vector<Comparison> contradictions_in(const std::vector<Comparison>& rows) {
  std::vector<Comparison> result;
  std::set<std::string> known;
  for (const auto& row : rows) {
    if (row.unsupported && known.insert(row.gold.text).second) result.push_back(row);
  }
  return result;
}

std::string line_of(const std::string& name, const Agreement& figures) {
  return fmt::format(
      "{:<22} {:>7} {:>9.3f} {:>9.3f} {:>8.3f} {:>12.3f} {:>8.3f} {:>9.3f} {:>7.3f}\n", name,
      figures.answers, figures.micro.f1(), figures.macro_f1, figures.all_types.f1(),
      figures.with_layers.f1(), figures.layer_accuracy(), figures.specific_accuracy(),
      figures.nef.recall());
}

std::string figures_text(const AgreementReport& report) {
  std::string text =
      fmt::format("{:<22} {:>7} {:>9} {:>9} {:>8} {:>12} {:>8} {:>9} {:>7}\n", "", "answers",
                  "micro F1", "macro F1", "FT F1", "with layers", "layers", "specific", "NEF");
  if (report.protocol == Protocol::kFolds) {
    text += line_of("left out", report.headline);
    for (const auto& [name, figures] : report.folds) {
      text += line_of(name == "not listed" ? name : "  fold " + name, figures);
    }
  }
  text += line_of("all", report.all);
  const auto baseline = baseline_figures();
  if (baseline.contains("micro_f1")) {
    text += fmt::format(
        "TF-IDF with logistic regression, trained on four folds and tested on the fifth: micro F1 "
        "{:.3f} over the five, "
        "{:.3f} on the left-out fold (stored figures)\n",
        baseline.at("micro_f1"),
        baseline.contains("left_out_micro_f1") ? baseline.at("left_out_micro_f1") : 0.0);
  }
  return text + fmt::format("{:.2f} ms a reply\n", report.milliseconds_per_reply);
}

std::string types_text(const Agreement& figures) {
  std::string text = "\ntype    F1     hit  extra  missed   labelled so, mapped otherwise\n";
  for (const auto& [type, counts] : figures.types) {
    std::string confused;
    if (const auto row = figures.confusion.find(type); row != figures.confusion.end()) {
      for (const auto& [other, number] : row->second) {
        if (other != type)
          confused += fmt::format("{}{} x {}", confused.empty() ? "" : ", ", number, other);
      }
    }
    text += fmt::format("{:<6} {:.3f} {:>5} {:>6} {:>7}   {}\n", type, counts.f1(), counts.hit,
                        counts.extra, counts.missed, confused);
  }
  text += "\nfault   F1\n";
  for (const auto& [fault, counts] : figures.faults)
    text += fmt::format("{:<6} {:.3f}\n", fault, counts.f1());
  return text;
}

std::string rows_text(const std::string& heading, const std::vector<Comparison>& rows) {
  std::string text = fmt::format("\n{} ({})\n", heading, rows.size());
  for (const auto& row : rows) {
    text += fmt::format(
        "\nrow {} ({}): labelled {} -> {}, mapped {} -> {}, confidence {:.2f}\n  {}\n",
        row.gold.line, row.gold.fault, label_text(row.gold.types), label_text(row.gold.final_types),
        label_text(row.types), label_text(row.final_types), row.confidence, row.gold.text);
    if (!row.cues.empty()) text += fmt::format("  because of: {}\n", fmt::join(row.cues, "; "));
  }
  return text;
}

}  // namespace

AgreementReport make_agreement_report(const std::vector<GoldAnswer>& gold,
                                      mapping::AnswerMapper& mapper, Protocol protocol) {
  AgreementReport report;
  report.mapper = mapper.name();
  report.protocol = protocol;
  std::chrono::duration<double, std::milli> elapsed{};
  const auto rows = compare_with_gold(gold, mapper, &elapsed);
  std::set<std::string> replies;
  for (const auto& answer : gold) replies.insert(answer.fault + "/" + answer.reply);
  report.milliseconds_per_reply =
      replies.empty() ? 0 : elapsed.count() / static_cast<double>(replies.size());

  const Folds folds = study_folds();
  std::map<std::string, std::vector<Comparison>> by_fold;
  std::vector<Comparison> headline;
  for (const auto& row : rows) {
    by_fold[fold_of(folds, row.gold.fault)].push_back(row);
    if (protocol == Protocol::kAll || folds.is_left_out(row.gold.fault)) headline.push_back(row);
  }
  report.headline = measure(headline);
  report.all = measure(rows);
  if (protocol == Protocol::kFolds) {
    for (const auto& [name, part] : by_fold) report.folds.emplace_back(name, measure(part));
  }
  report.disagreements = worst_disagreements(headline, kMostDisagreements);
  report.contradictions = contradictions_in(headline);
  return report;
}

json to_json(const AgreementReport& report) {
  json result = agreement_json(report.headline);
  result["mapper"] = report.mapper;
  result["protocol"] = report.protocol == Protocol::kFolds ? "folds" : "all";
  result["types"] = counts_json(report.headline.types);
  result["faults"] = counts_json(report.headline.faults);
  result["confusion"] = report.headline.confusion;
  result["disagreements"] = comparisons_json(report.disagreements);
  result["contradictions"] = comparisons_json(report.contradictions);
  result["milliseconds_per_reply"] = report.milliseconds_per_reply;
  result["all"] = agreement_json(report.all);
  result["baseline"] = baseline_figures();
  if (report.protocol == Protocol::kFolds) {
    json folds = json::object();
    for (const auto& [name, figures] : report.folds) folds[name] = agreement_json(figures);
    result["folds"] = std::move(folds);
    result["left_out_fold"] = study_folds().left_out + 1;
  }
  return result;
}

std::string to_text(const AgreementReport& report) {
  return "mapper " + report.mapper + "\n" + figures_text(report) + types_text(report.headline) +
         rows_text("the worst disagreements", report.disagreements) +
         rows_text("labels of which the text says nothing", report.contradictions);
}

}  // namespace dlfix::eval
