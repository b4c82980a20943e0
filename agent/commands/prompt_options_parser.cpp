#include "agent/commands/prompt_options_parser.h"

#include "agent/prompting/wording.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {

void add_prompt_options(CLI::App& app, PromptWords& words) {
  app.add_option(
         "--mode", words.mode,
         "paper: the paper's prompt and nothing else; assist (default): with values, lines, "
         "symptoms and findings")
      ->check(CLI::IsMember({"paper", "assist"}));
  app.add_option(
         "--prompt-variant,--variant", words.variant,
         "The paper's prompt as printed (listing, default) or as its scripts sent it (sent)")
      ->check(CLI::IsMember({"listing", "sent"}));
  app.add_option("--assist-parts", words.parts,
                 "Parts of assist prompts: all, none, or some of values,symptoms,tools,own,refine")
      ->capture_default_str();
  app.add_option("--task-text", words.task,
                 "The task in the prompt; found from the program by default");
  app.add_option("--dataset", words.dataset, "The data set's name in the prompt");
  app.add_option("--goal", words.goal, "The goal in the prompt");
  app.add_option("--context-limit", words.context_limit,
                 "Tokens that the model takes, prompt and answer together")
      ->check(CLI::Range(std::int64_t{256}, std::int64_t{100'000'000}));
}

void add_refine_option(CLI::App& app, PromptWords& words) {
  app.add_option("--refine", words.refine,
                 "How often the model is asked again with what its answers measured")
      ->check(CLI::Range(0, 20))
      ->capture_default_str();
}

PromptOptions read_prompt_options(const PromptWords& words, const Wording& fallback,
                                  bool published) {
  PromptOptions options;
  const bool paper = words.mode == "paper" || (words.mode.empty() && published);
  const bool sent = words.variant == "sent" || (words.variant.empty() && published);
  options.mode = paper ? PromptMode::kPaper : PromptMode::kAssist;
  options.variant = sent ? prompts::Variant::kSent : prompts::Variant::kListing;
  options.parts = prompts::parse_assist_parts(words.parts);
  options.refine = words.refine;
  options.wording = complete_wording({words.task, words.dataset, words.goal}, fallback);
  options.context_limit = words.context_limit;
  if (words.refine > 0 && paper)
    throw support::InputError("--refine: paper mode asks once",
                              "take --mode assist, or leave --refine out");
  if (words.refine > 0 && !options.parts.refinement)
    throw support::InputError("--refine: --assist-parts leaves the part refine out",
                              "name it there, or leave --refine out");
  return options;
}

}  // namespace dlfix::agent
