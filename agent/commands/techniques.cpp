#include "agent/commands/techniques.h"

#include <algorithm>

#include "agent/llm/connect.h"
#include "agent/workflows/reply_results.h"
#include "eval/repairers/factory.h"
#include "eval/repairers/llm.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

PromptOptions prompt_options(const RepairCommand& command, const std::vector<Endpoint>& endpoints) {
  const bool published = std::ranges::any_of(endpoints, &Endpoint::other_text);
  return read_prompt_options(command.prompting, command.wording, published);
}

}  // namespace

void check_technique(const RepairCommand& command) {
  const std::string& technique = command.options.technique;
  if (technique == "llm" && !command.llm.asked_for()) {
    throw support::InputError(
        "--technique llm: no provider is configured",
        "give --llm openai:MODEL or --replay FILE, or take --technique guided");
  }
  if ((technique == "llm" || technique == "auto") && command.llm.asked_for()) {
    prompt_options(command, open_endpoints(command.llm, process_environment()));
  }
}

Techniques::Techniques(const RepairCommand& command, Store& store, std::string prompts,
                       mapping::ProbeOptions probe, const std::atomic<bool>& cancel)
    : command_(command),
      store_(store),
      prompts_(std::move(prompts)),
      probe_(std::move(probe)),
      cancel_(cancel) {}

PatchSource& Techniques::source() {
  if (source_) return *source_;
  std::vector<Endpoint> endpoints = open_endpoints(command_.llm, process_environment());
  PatchSource::Setup setup{command_.llm, prompt_options(command_, endpoints), prompts_, probe_};
  source_ = std::make_unique<PatchSource>(std::move(setup), std::move(endpoints), store_, cancel_);
  return *source_;
}

std::unique_ptr<eval::Repairer> Techniques::make(const std::string& technique) {
  const auto ask = [this](const eval::RepairContext& context,
                          std::span<const eval::TrialResult> measured) {
    return source().propose(context, measured);
  };
  if (technique == "llm") return eval::make_llm_repairer(ask);
  if (technique != "auto") {
    const RepairOptions& options = command_.options;
    return eval::make_repairer(technique, {.tools = eval::parse_tool_reading(options.tools),
                                           .partial_trainings = options.partial_trainings});
  }
  auto guided = eval::make_repairer("guided");
  if (!command_.llm.asked_for()) return guided;
  return eval::make_auto_repairer(ask, std::move(guided));
}

std::vector<std::string> Techniques::announcements(const mapping::Program& program,
                                                   const std::string& metric) {
  const std::string& technique = command_.options.technique;
  const bool asks = (technique == "llm" || technique == "auto") && command_.llm.asked_for();
  return asks ? source().forecast(program, metric).announcements : std::vector<std::string>{};
}

void Techniques::settle(RepairReport& report) const {
  if (source_) judge_replies(report, source_->replies());
  const ModelUsage usage = source_ ? source_->usage() : ModelUsage{};
  report.cost.requests = usage.replies;
  report.cost.stored_replies = usage.stored;
  report.cost.tokens = usage.tokens;
  report.cost.usd = usage.usd;
  report.prompting = source_ ? describe(source_->prompting()) : "";
  report.warnings.insert(report.warnings.end(), usage.notes.begin(), usage.notes.end());
  if (report.technique != "guided" || command_.options.technique != "auto") return;
  if (auto hint = unused_key_hint(command_.llm, process_environment()); !hint.empty())
    report.warnings.push_back(std::move(hint));
}

}  // namespace dlfix::agent
