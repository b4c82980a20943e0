#include "agent/commands/model_offer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>

#include "agent/commands/techniques.h"
#include "agent/llm/connect.h"
#include "agent/prompting/wording.h"
#include "agent/workflows/metric_choice.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

std::string refusal_file(const Store& store) { return store.directory() + "/no-model-offers"; }

/// What the offer would send; empty: it cannot be said.
std::vector<std::string> costs(const RepairCommand& command, Store& store,
                               const OfferContext& context) {
  const std::atomic<bool> cancel{false};
  try {
    const mapping::Program program =
        mapping::inspect_program(command.reading.program, context.probe);
    Techniques techniques(command, store, context.prompts, context.probe, cancel);
    const auto metric =
        choose_metric(program, problem_of(program).kind, command.options.metric).name;
    return techniques.announcements(program, metric);
  } catch (const support::InputError&) {
    return {};
  } catch (const support::EnvironmentError&) {
    return {};
  }
}

bool says_yes(std::istream& in) {
  std::string answer;
  std::getline(in, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace

void offer_model(RepairCommand& command, Store& store, const OfferContext& context) {
  if (std::filesystem::exists(refusal_file(store))) return;
  std::string key;
  const std::string model = offered_model(command.llm, context.environment, &key);
  if (model.empty()) return;
  RepairCommand asking = command;
  asking.llm.llms = {model};
  const auto sentences = costs(asking, store, context);
  if (sentences.empty()) return;
  context.out << fmt::format(
      "{} is set. A model could suggest repairs first; the program's text is sent to it.\n  {}\n"
      "Ask it? [y/N] ",
      key, fmt::join(sentences, "\n  "));
  context.out.flush();
  if (says_yes(context.in)) {
    command = std::move(asking);
    return;
  }
  std::ofstream(refusal_file(store)) << "Remove this file to be asked again.\n";
  context.out << fmt::format("Not asked, and not offered again; --llm {} asks it.\n", model);
}

}  // namespace dlfix::agent
