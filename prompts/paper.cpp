#include "prompts/paper.h"

#include <sstream>

#include "prompts/template_file.h"

namespace dlfix::prompts {
namespace {

/// The scripts kept the localisation program in a triple-quoted string: a line feed at both ends.
std::string sent_localise_code(const std::string& code) {
  std::string text = "\n" + code;
  if (text.back() != '\n') text += '\n';
  return text;
}

/// The scripts kept the repair program in a file of its own: fenced, its lines indented by four
/// blanks.
std::string sent_repair_code(const std::string& code) {
  std::string text = "```python\n";
  std::istringstream lines(code);
  for (std::string line; std::getline(lines, line);)
    text += (line.empty() ? "" : "    " + line) + "\n";
  return text + "```";
}

}  // namespace

std::string paper_prompt(const std::string& directory, PromptTask task, Variant variant,
                         const PaperPrompt& prompt) {
  const bool repair = task == PromptTask::kRepair;
  const bool sent = variant == Variant::kSent;
  const std::string name =
      std::string(repair ? "repair" : "localise") + (sent ? "_sent" : "_listing");
  Slots slots{{"task", prompt.task}, {"code", prompt.code}};
  if (prompt.dataset) slots["dataset"] = *prompt.dataset;
  if (repair) slots["goal"] = prompt.goal;
  if (sent)
    slots["code"] = repair ? sent_repair_code(prompt.code) : sent_localise_code(prompt.code);
  return fill_template_file(directory, name, slots);
}

}  // namespace dlfix::prompts
