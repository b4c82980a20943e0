#include "agent/localise/localisation_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/localise/source_quote.h"

namespace dlfix::agent {
namespace {

using nlohmann::json;

constexpr const char* kNoFault = "NEF";

json finding_json(const mapping::PlacedFinding& placed, int of) {
  const auto& finding = placed.finding;
  json spans = json::array();
  for (const auto& span : placed.spans) spans.push_back(span_json(span));
  return {{"fault_type", finding.fault_type},
          {"name", fault_type_name(finding.fault_type)},
          {"layers", finding.layers},
          {"line", placed.spans.empty() ? json() : json(placed.spans.front().start.line)},
          {"places", std::move(spans)},
          {"hyperparameters", placed.hyperparameters},
          {"votes", finding.votes},
          {"of", of},
          {"mean_rank", finding.mean_rank},
          {"confidence", finding.confidence},
          {"specific", finding.specific},
          {"proposed", finding.proposed},
          {"change", placed.change},
          {"quotation", finding.quotation},
          {"reply", finding.reply},
          {"span", {{"begin", finding.answer.begin}, {"end", finding.answer.end}}},
          {"cues", finding.cues}};
}

json findings_json(const std::vector<mapping::PlacedFinding>& findings, int of) {
  json list = json::array();
  for (const auto& placed : findings) list.push_back(finding_json(placed, of));
  return list;
}

std::string place_words(const LocalisationReport& report, const mapping::PlacedFinding& placed) {
  if (placed.spans.empty()) return report.program;
  const auto& span = placed.spans.front();
  return fmt::format("{}:{}:{}", span.file, span.start.line, span.start.column + 1);
}

// The quotation on one line, cut at a word.
std::string quoted(std::string text) {
  constexpr std::size_t kLongest = 200;
  for (char& c : text) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  if (text.size() > kLongest) {
    const std::size_t blank = text.rfind(' ', kLongest);
    text = text.substr(0, blank == std::string::npos ? kLongest : blank) + " ...";
  }
  return text;
}

std::string finding_text(const LocalisationReport& report, const mapping::PlacedFinding& placed,
                         const std::map<std::string, std::string>& sources) {
  const auto& finding = placed.finding;
  std::string label = finding.fault_type;
  if (!finding.layers.empty()) label += fmt::format("({})", fmt::join(finding.layers, ","));
  std::string text = fmt::format("{}: {} {} [{} of {} replies{}]\n", place_words(report, placed),
                                 label, fault_type_name(finding.fault_type), finding.votes,
                                 report.replies, finding.specific ? "" : ", no change named");
  for (const auto& span : placed.spans) text += marked_line(span, sources);
  text += fmt::format("  {}\n  reply {}: \"{}\"\n\n", placed.change, finding.reply + 1,
                      quoted(finding.quotation));
  return text;
}

}  // namespace

LocalisationReport make_localisation_report(const mapping::Program& program,
                                            const FindingReplies& replies) {
  LocalisationReport report;
  report.program = program.path;
  const auto votes = replies.votes();
  report.replies = votes.replies;
  report.stability = votes.stability;
  for (const auto& finding : votes.findings) {
    auto& list = finding.fault_type == kNoFault ? report.advice : report.findings;
    list.push_back(mapping::place_finding(program, finding));
  }
  for (const auto& reply : replies.replies)
    ++report.outcomes[std::string(providers::to_string(reply.outcome))];
  report.sent = replies.sent;
  report.stored = replies.stored;
  report.tokens = replies.tokens;
  report.notes = replies.notes;
  return report;
}

json to_json(const LocalisationReport& report) {
  json document = {
      {"program", report.program},
      {"technique", "llm"},
      {"mapper", report.mapper},
      {"template", report.prompt_template},
      {"replies", report.replies},
      {"outcomes", report.outcomes},
      {"findings", findings_json(report.findings, report.replies)},
      {"advice", findings_json(report.advice, report.replies)},
      {"stability",
       {{"mean_answers", report.stability.mean_answers},
        {"deviation_answers", report.stability.deviation_answers},
        {"mean_types", report.stability.mean_types},
        {"deviation_types", report.stability.deviation_types},
        {"agreement", report.stability.agreement}}},
      {"cost", {{"requests", report.sent}, {"stored", report.stored}, {"tokens", report.tokens}}},
      {"notes", report.notes}};
  if (report.truth) document["ground_truth"] = to_json(*report.truth);
  return document;
}

std::string to_text(const LocalisationReport& report,
                    const std::map<std::string, std::string>& sources) {
  std::string text;
  for (const auto& placed : report.findings) text += finding_text(report, placed, sources);
  if (report.findings.empty()) text += fmt::format("{}: no fault named\n", report.program);
  if (!report.advice.empty()) {
    text += "advice that names no fault:\n";
    for (const auto& placed : report.advice) {
      text += fmt::format("  {} of {}: \"{}\"\n", placed.finding.votes, report.replies,
                          quoted(placed.finding.quotation));
    }
    text += "\n";
  }
  text += fmt::format(
      "{} replies, {:.1f} answers each (deviation {:.1f}), fault types alike to {:.0f} %\n",
      report.replies, report.stability.mean_answers, report.stability.deviation_answers,
      100 * report.stability.agreement);
  for (const auto& [outcome, count] : report.outcomes) {
    if (outcome != "ok") text += fmt::format("{} x {}\n", count, outcome);
  }
  if (report.truth) text += to_text(*report.truth);
  for (const auto& note : report.notes) text += "note: " + note + "\n";
  return text;
}

}  // namespace dlfix::agent
