#include "prompts/assist.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

#include "prompts/template_file.h"
#include "trainer/support/errors.h"

namespace dlfix::prompts {
namespace {

constexpr std::pair<std::string_view, bool AssistParts::*> kParts[] = {
    {"values", &AssistParts::values},     {"symptoms", &AssistParts::symptoms},
    {"tools", &AssistParts::findings},    {"own", &AssistParts::own_findings},
    {"refine", &AssistParts::refinement},
};

constexpr std::string_view kNumbering = "The number before each line is not part of the program.";

std::vector<std::string> known_parts() {
  std::vector<std::string> names{"all", "none"};
  for (const auto& [name, member] : kParts) names.emplace_back(name);
  return names;
}

void switch_on(AssistParts& parts, std::string_view word) {
  const auto* const known =
      std::ranges::find(kParts, word, [](const auto& part) { return part.first; });
  if (known == std::end(kParts))
    throw support::InputError(
        fmt::format("--assist-parts: \"{}\" is not a part of the prompt", word),
        fmt::format("known: {}", fmt::join(known_parts(), ", ")));
  parts.*(known->second) = true;
}

constexpr AssistParts kAllParts{true, true, true, true, true};
constexpr AssistParts kNoParts{false, false, false, false, false};

std::string bullets(const std::vector<std::string>& sentences) {
  return fmt::format("- {}", fmt::join(sentences, "\n- "));
}

std::string line_of(const Setting& setting) {
  std::string remark = setting.description;
  if (!setting.place.empty()) remark += (remark.empty() ? "" : ", ") + setting.place;
  return fmt::format("{}{}{}", setting.name, setting.value.empty() ? "" : ": " + setting.value,
                     remark.empty() ? "" : " (" + remark + ")");
}

std::string line_of(const Attempt& attempt) {
  return fmt::format("{} gave {}", attempt.config, attempt.result);
}

template <typename Item>
std::string listing(const std::vector<Item>& items) {
  std::vector<std::string> lines;
  for (const auto& item : items) lines.push_back(line_of(item));
  return bullets(lines);
}

void add_unless_empty(Slots& slots, const char* name, const std::vector<std::string>& sentences) {
  if (!sentences.empty()) slots[name] = bullets(sentences);
}

std::string without_last_feed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

AssistParts parse_assist_parts(std::string_view text) {
  if (text == "all") return kAllParts;
  AssistParts parts = kNoParts;
  if (text == "none") return parts;
  while (true) {
    const auto comma = text.find(',');
    switch_on(parts, text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::string to_string(const AssistParts& parts) {
  std::vector<std::string_view> on;
  for (const auto& [name, member] : kParts)
    if (parts.*member) on.push_back(name);
  if (on.empty()) return "none";
  return on.size() == std::size(kParts) ? "all" : fmt::format("{}", fmt::join(on, ","));
}

std::string assist_prompt(const std::string& directory, PromptTask task,
                          const AssistPrompt& prompt) {
  const bool repair = task == PromptTask::kRepair;
  Slots slots{{"task", prompt.task}, {"code", without_last_feed(prompt.code)}};
  if (prompt.dataset) slots["dataset"] = *prompt.dataset;
  add_unless_empty(slots, "facts", prompt.facts);
  add_unless_empty(slots, "symptoms", prompt.symptoms);
  add_unless_empty(slots, "findings", prompt.findings);
  if (prompt.numbered) slots["numbering"] = kNumbering;
  if (repair || !prompt.settings.empty()) slots["settings"] = listing(prompt.settings);
  if (repair) {
    slots["goal"] = prompt.goal;
    add_unless_empty(slots, "own", prompt.own_findings);
    if (!prompt.attempts.empty()) slots["attempts"] = listing(prompt.attempts);
  }
  return fill_template_file(directory, repair ? "repair_assist" : "localise_assist", slots);
}

std::string number_lines(std::string_view text, int first) {
  const auto lines = std::ranges::count(text, '\n') + (text.empty() || text.back() == '\n' ? 0 : 1);
  const std::size_t width = std::to_string(first + std::max<std::ptrdiff_t>(lines, 1) - 1).size();
  std::string out;
  for (int number = first; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    const bool blank = text.substr(0, end) == "\n";
    out += fmt::format("{:>{}} |{}{}", number, width, blank ? "" : " ", text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

}  // namespace dlfix::prompts
