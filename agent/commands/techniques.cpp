#include "agent/commands/techniques.h"

#include <fmt/format.h>

#include "agent/llm/patch_replies.h"
#include "agent/workflows/metric_choice.h"
#include "eval/evidence/problem.h"
#include "eval/repairers/factory.h"
#include "eval/repairers/llm.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {

void check_technique(const std::string& technique, const LlmOptions& llm) {
  if (technique == "llm" && !llm.asked_for()) {
    throw support::InputError(
        "--technique llm: no provider is configured",
        "give --llm openai:MODEL or --replay FILE, or take --technique guided");
  }
  if ((technique == "llm" || technique == "auto") && llm.asked_for()) {
    open_endpoints(llm, process_environment());
  }
}

Techniques::Techniques(LlmOptions llm, Store& store, std::string templates,
                       const std::atomic<bool>& cancel)
    : llm_(std::move(llm)), store_(store), templates_(std::move(templates)), cancel_(cancel) {}

std::unique_ptr<eval::Repairer> Techniques::make(const std::string& technique) {
  const auto source = [this](const eval::RepairContext& context,
                             std::span<const eval::TrialResult> measured) {
    return measured.empty() ? ask(*context.program) : std::vector<mapping::Config>{};
  };
  if (technique == "llm") return eval::make_llm_repairer(source);
  if (technique != "auto") return eval::make_repairer(technique);
  auto guided = eval::make_repairer("guided");
  if (!llm_.asked_for()) return guided;
  return eval::make_auto_repairer(source, std::move(guided));
}

std::vector<mapping::Config> Techniques::ask(const mapping::Program& program) {
  const eval::Problem problem = eval::detect_problem(program);
  PatchRequest request;
  request.program = &program;
  request.metric = choose_metric(program, problem.kind, "").name;
  request.higher_is_better = trainer::higher_is_better(request.metric);
  request.classification = problem.kind != eval::ProblemKind::kRegression;
  request.template_directory = templates_;
  const std::vector<Endpoint> endpoints = open_endpoints(llm_, process_environment());
  for (const Endpoint& endpoint : endpoints) {
    if (!endpoint.host.empty()) {
      usage_.notes.push_back("the program's text is sent to " + endpoint.host);
    }
    if (!endpoint.note.empty()) usage_.notes.push_back("recorded replies: " + endpoint.note);
  }
  const PatchReplies replies = ask_for_patches(request, llm_, endpoints, store_, cancel_);
  usage_.replies += replies.sent + replies.stored;
  usage_.stored += replies.stored;
  usage_.tokens += replies.prompt_tokens + replies.completion_tokens;
  usage_.usd = endpoints.front().spending ? endpoints.front().spending->totals().usd : 0;
  usage_.notes.insert(usage_.notes.end(), replies.notes.begin(), replies.notes.end());
  for (const auto& [outcome, count] : replies.outcomes()) {
    usage_.notes.push_back(fmt::format("replies: {} x {}", count, outcome));
  }
  return replies.distinct_changes();
}

void Techniques::settle(RepairReport& report) const {
  report.cost.requests = usage_.replies;
  report.cost.stored_replies = usage_.stored;
  report.cost.tokens = usage_.tokens;
  report.cost.usd = usage_.usd;
  report.warnings.insert(report.warnings.end(), usage_.notes.begin(), usage_.notes.end());
}

}  // namespace dlfix::agent
