#include "eval/localisers/neuralint/neuralint.h"

#include "eval/localisers/model_outline.h"
#include "eval/localisers/neuralint/rules.h"

namespace dlfix::eval {
namespace {

RuleFinding finding_of(const LintRule& rule) {
  RuleFinding finding;
  finding.tool = "neuralint";
  finding.rule = rule.code;
  finding.fault_type = rule.info->fault_type;
  finding.alternatives = rule.info->alternatives;
  finding.message = rule.info->message;
  finding.remedy = rule.info->remedy;
  return finding;
}

void add_layer_finding(const mapping::Program& program, const LintRule& rule,
                       const LintModel& model, std::size_t place, Localisation& result) {
  RuleFinding finding = finding_of(rule);
  const int layer = model.nodes[place].layer;
  finding.layers = {layer};
  finding.printed_layers = {static_cast<int>(place)};
  finding.message = layer_words(program, layer) + ": " + rule.info->message;
  result.findings.push_back(std::move(finding));
}

// Advice to end in softmax or something else is left out where the model ends in softmax.
void filter_as_the_study(const LintModel& model, Localisation& result) {
  if (model.nodes.empty() || model.nodes.back().activation != "softmax") return;
  for (RuleFinding& finding : result.findings) {
    if (finding.rule == "f008" || finding.rule == "f012" || finding.rule == "f017") {
      finding.dropped = "the last activation is softmax already";
    }
  }
}

}  // namespace

Localisation run_neuralint(const mapping::Program& program,
                           const std::map<std::string, std::string>& sources, ToolReading reading) {
  const LintModel model = make_lint_model(program, sources, reading);
  Localisation result;
  result.not_applicable = model.not_applicable;
  const bool single = program.model.layers.size() == 1;
  if (model.nodes.empty() || (single && reading != ToolReading::kMended)) return result;
  std::string unknown;
  for (const LintRule& rule : lint_rules()) {
    if (!rule.info->off.empty()) continue;
    if (rule.needs_labels && !model.label_width) {
      unknown += (unknown.empty() ? "" : ", ") + rule.code;
      continue;
    }
    const auto places = rule.matches(model, reading);
    if (places.empty()) continue;
    if (rule.subject == LintSubject::kLayer) {
      for (const std::size_t place : places) {
        add_layer_finding(program, rule, model, place, result);
      }
      continue;
    }
    RuleFinding finding = finding_of(rule);
    if (rule.about_last_layer) {
      finding.layers = {model.nodes.back().layer};
      finding.printed_layers = {static_cast<int>(model.nodes.size()) - 1};
    }
    result.findings.push_back(std::move(finding));
  }
  if (!unknown.empty()) {
    result.not_checked.push_back(unknown +
                                 ": the labels are not known without running the program");
  }
  if (reading == ToolReading::kStudy) filter_as_the_study(model, result);
  return result;
}

}  // namespace dlfix::eval
