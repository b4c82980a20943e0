#include "agent/localise/rule_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "agent/localise/source_quote.h"
#include "eval/localisers/rule_catalogue.h"

namespace dlfix::agent {
namespace {

using eval::RuleFinding;
using nlohmann::json;

void surest_first(eval::MergedFault& fault, const eval::RuleWeights& weights) {
  fault.score = weights.score(fault);
  std::ranges::stable_sort(fault.said, std::greater<>(),
                           [&](const RuleFinding& said) { return weights.of(said); });
}

void sort_by_score(std::vector<RuleFault>& faults) {
  std::ranges::stable_sort(faults, std::greater<>(), [](const RuleFault& fault) {
    return std::pair(fault.fault.score, fault.fault.tools());
  });
}

// The surest of what is said is said first, so its remedy is the proposed change.
void place_fault(const mapping::Program& program, RuleFault& fault) {
  mapping::VotedFinding voted;
  voted.fault_type = fault.fault.fault_type;
  voted.layers = fault.fault.layers;
  voted.votes = fault.fault.tools();
  voted.confidence = fault.fault.score;
  fault.placed = mapping::place_finding(program, std::move(voted));
  fault.placed.change = fault.fault.said.front().remedy;
  if (!fault.placed.spans.empty()) return;
  for (const RuleFinding& said : fault.fault.said) {
    if (said.line == 0) continue;
    fault.placed.spans.push_back({said.file, {said.line, 0}, {said.line, 0}});
    return;
  }
}

// What stands in the brackets of `# dlfix: ignore[ACH, H9]`; nothing for `# dlfix: ignore`.
// nullopt: there is no such comment.
std::optional<std::set<std::string>> ignored_names(const std::string& line) {
  const std::string mark = "dlfix: ignore";
  const std::size_t comment = line.find('#');
  const std::size_t found = comment == std::string::npos ? comment : line.find(mark, comment);
  if (found == std::string::npos) return std::nullopt;
  const std::string rest = line.substr(found + mark.size());
  std::set<std::string> names;
  if (!rest.starts_with('[')) return names;
  std::istringstream inside(rest.substr(1, rest.find(']') - 1));
  for (std::string name; std::getline(inside, name, ',');) {
    const auto begin = name.find_first_not_of(" \t");
    if (begin == std::string::npos) continue;
    names.insert(name.substr(begin, name.find_last_not_of(" \t") - begin + 1));
  }
  return names;
}

bool is_suppressed(const RuleFault& fault, const std::map<std::string, std::string>& sources) {
  for (const mapping::Span& span : fault.placed.spans) {
    const auto source = sources.find(span.file);
    if (source == sources.end()) continue;
    const auto names = ignored_names(line_of(source->second, span.start.line));
    if (!names) continue;
    const bool all = std::ranges::all_of(
        fault.fault.said, [&](const RuleFinding& said) { return names->contains(said.rule); });
    if (names->empty() || names->contains(fault.fault.fault_type) || all) return true;
  }
  return false;
}

constexpr std::size_t kLayersOfALabel = 2;

std::string label_of(const std::string& type, const std::vector<int>& layers) {
  return layers.empty() ? type : fmt::format("{}({})", type, fmt::join(layers, ","));
}

json said_json(const RuleFinding& finding) {
  json said{{"tool", finding.tool},       {"rule", finding.rule},
            {"message", finding.message}, {"remedy", finding.remedy},
            {"layers", finding.layers},   {"alternatives", finding.alternatives}};
  if (const auto* rule = eval::find_rule(finding.tool + "/" + finding.rule)) {
    said["name"] = rule->name;
    said["explanation"] = "dlfix-agent rules " + rule->id;
  }
  if (finding.epoch) said["epoch"] = *finding.epoch;
  if (!finding.dropped.empty()) {
    said["fault_type"] = finding.fault_type;
    said["dropped"] = finding.dropped;
  }
  return said;
}

json list_json(const std::vector<RuleFinding>& findings) {
  json list = json::array();
  for (const RuleFinding& finding : findings) list.push_back(said_json(finding));
  return list;
}

json fault_json(const RuleFault& fault) {
  json places = json::array();
  for (const auto& span : fault.placed.spans) places.push_back(span_json(span));
  const auto& spans = fault.placed.spans;
  return {{"fault_type", fault.fault.fault_type},
          {"name", fault_type_name(fault.fault.fault_type)},
          {"layers", fault.fault.layers},
          {"score", fault.fault.score},
          {"line", spans.empty() ? json() : json(spans.front().start.line)},
          {"places", std::move(places)},
          {"hyperparameters", fault.placed.hyperparameters},
          {"change", fault.placed.change},
          {"tools", fault.fault.tools()},
          {"said", list_json(fault.fault.said)},
          {"suppressed", fault.suppressed}};
}

json faults_json(const std::vector<RuleFault>& faults) {
  json list = json::array();
  for (const RuleFault& fault : faults) list.push_back(fault_json(fault));
  return list;
}

json rule_score_json(const eval::LocalisationScore& score) {
  return {{"recall", score.recall}, {"precision", score.precision}, {"f3", score.f3}};
}

std::string fault_text(const RuleReport& report, const RuleFault& fault,
                       const std::map<std::string, std::string>& sources) {
  const auto& spans = fault.placed.spans;
  const std::string where =
      spans.empty() ? report.program
                    : fmt::format("{}:{}:{}", spans.front().file, spans.front().start.line,
                                  spans.front().start.column + 1);
  const std::string& type = fault.fault.fault_type;
  std::string text =
      fmt::format("{}: {} {}\n", where, label_of(type, fault.fault.layers), fault_type_name(type));
  for (const auto& span : spans) text += marked_line(span, sources);
  for (const RuleFinding& said : fault.fault.said) {
    text += fmt::format("  {} [{} {}]\n    {}\n", said.message, said.tool, said.rule, said.remedy);
  }
  return text + "\n";
}

// One line: place, label, rules.
std::string unlikely_text(const RuleFault& fault) {
  const auto& spans = fault.placed.spans;
  std::string text = spans.empty() ? "" : fmt::format("line {}: ", spans.front().start.line);
  text += label_of(fault.fault.fault_type, fault.fault.layers);
  for (const RuleFinding& said : fault.fault.said) {
    text += fmt::format(", {} [{} {}]", said.message, said.tool, said.rule);
  }
  return text + "\n";
}

// " f009 H2": the rules that the shown faults name and that have a page.
std::string explained_rules(const RuleReport& report) {
  std::set<std::string> ids;
  for (const RuleFault& fault : report.faults) {
    for (const RuleFinding& said : fault.fault.said) {
      const auto* rule = eval::find_rule(said.tool + "/" + said.rule);
      if (rule != nullptr && !fault.suppressed) ids.insert(rule->id);
    }
  }
  std::string text;
  for (const std::string& id : ids) text += " " + id;
  return text;
}

}  // namespace

int RuleReport::open_faults() const {
  return static_cast<int>(
      std::ranges::count_if(faults, [](const RuleFault& fault) { return !fault.suppressed; }));
}

RuleJudge combined_judge(const eval::RuleWeights& weights) {
  return {weights, weights.least_score()};
}

RuleReport make_rule_report(const mapping::Program& program, std::vector<ToolReport> tools,
                            eval::ToolReading reading,
                            const std::map<std::string, std::string>& sources,
                            const RuleJudge& judge) {
  RuleReport report;
  report.program = program.path;
  report.reading = reading;
  std::vector<RuleFinding> all;
  for (const ToolReport& tool : tools) {
    for (const RuleFinding& finding : tool.found.findings) {
      all.push_back(finding);
      if (!finding.dropped.empty()) {
        report.dropped.push_back(finding);
      } else if (finding.fault_type.empty()) {
        report.advice.push_back(finding);
      }
    }
  }
  for (eval::MergedFault& merged : eval::merge_findings(program, all)) {
    RuleFault fault{std::move(merged), {}, false};
    surest_first(fault.fault, judge.weights);
    place_fault(program, fault);
    fault.suppressed = is_suppressed(fault, sources);
    auto& list = fault.fault.score < judge.least_score ? report.unlikely : report.faults;
    list.push_back(std::move(fault));
  }
  sort_by_score(report.faults);
  sort_by_score(report.unlikely);
  report.tools = std::move(tools);
  return report;
}

eval::FaultLabels labels_of(const RuleReport& report) {
  eval::FaultLabels labels;
  for (const RuleFault& fault : report.faults) {
    const auto& [type, layers, said, score] = fault.fault;
    auto label = std::ranges::find(labels, type, &eval::FaultLabel::type);
    if (label == labels.end()) label = labels.insert(labels.end(), {type, {}});
    for (const int layer : layers) {
      if (label->layers.size() < kLayersOfALabel) label->layers.insert(layer);
    }
  }
  return labels;
}

void score_rules(RuleReport& report, const KnownFaults& known, eval::Scores scores) {
  report.truth = known.name;
  const auto add = [&](const std::string& tool, const eval::FaultLabels& labels) {
    const auto before = eval::score_localisation(known.faults, labels, scores);
    const auto after =
        eval::score_with_alternatives(before, known.alternatives, labels, scores).score;
    report.scores.push_back({tool, labels, before, after});
  };
  for (const ToolReport& tool : report.tools) add(tool.tool, eval::labels_of(tool.found));
  add("combined", labels_of(report));
}

json to_json(const RuleReport& report) {
  json tools = json::object();
  for (const ToolReport& tool : report.tools) {
    tools[tool.tool] = {{"labels", eval::to_string(eval::labels_of(tool.found))},
                        {"trainings", tool.trainings},
                        {"applicable_to_original", tool.found.not_applicable.empty()},
                        {"not_applicable", tool.found.not_applicable},
                        {"not_checked", tool.found.not_checked}};
  }
  json document{{"program", report.program},
                {"technique", "rules"},
                {"reading", eval::to_string(report.reading)},
                {"findings", faults_json(report.faults)},
                {"unlikely", faults_json(report.unlikely)},
                {"advice", list_json(report.advice)},
                {"dropped", list_json(report.dropped)},
                {"tools", std::move(tools)},
                {"notes", report.notes}};
  if (report.truth.empty()) return document;
  json scores = json::object();
  for (const auto& score : report.scores) {
    scores[score.tool] = {{"labels", eval::to_string(score.labels)},
                          {"before", rule_score_json(score.before)},
                          {"after", rule_score_json(score.after)}};
  }
  document["ground_truth"] = {{"name", report.truth}, {"scores", std::move(scores)}};
  return document;
}

std::string to_text(const RuleReport& report, const std::map<std::string, std::string>& sources) {
  std::string text;
  for (const RuleFault& fault : report.faults) {
    if (!fault.suppressed) text += fault_text(report, fault, sources);
  }
  if (report.open_faults() == 0) text += fmt::format("{}: no fault found\n", report.program);
  if (!report.unlikely.empty()) {
    text += "also named, by rules that are wrong more often than right:\n";
    for (const RuleFault& fault : report.unlikely) {
      if (!fault.suppressed) text += "  " + unlikely_text(fault);
    }
  }
  if (!report.advice.empty()) {
    text += "advice that names no fault:\n";
    for (const RuleFinding& said : report.advice) {
      text += fmt::format("  {} [{} {}]\n", said.message, said.tool, said.rule);
    }
  }
  const int suppressed = static_cast<int>(report.faults.size()) - report.open_faults();
  if (suppressed > 0) text += fmt::format("{} suppressed by comments\n", suppressed);
  for (const ToolReport& tool : report.tools) {
    for (const auto& unknown : tool.found.not_checked) {
      text += fmt::format("not checked by {}: {}\n", tool.tool, unknown);
    }
  }
  for (const auto& note : report.notes) text += "note: " + note + "\n";
  const std::string rules = explained_rules(report);
  if (!rules.empty()) text += "explained by: dlfix-agent rules" + rules + "\n";
  for (const auto& score : report.scores) {
    text += fmt::format(
        "{}: {}: recall {:.2f}, precision {:.2f}, F3 {:.2f}; with alternatives {:.2f}, "
        "{:.2f}, {:.2f}\n",
        score.tool, eval::to_string(score.labels), score.before.recall, score.before.precision,
        score.before.f3, score.after.recall, score.after.precision, score.after.f3);
  }
  return text;
}

}  // namespace dlfix::agent
