#include "agent/prompting/findings_words.h"

#include <fmt/format.h>

#include "eval/evidence/data_findings.h"

namespace dlfix::agent {

std::string finding_words(int line, const std::string& message, const std::string& remedy) {
  return fmt::format("{}{}{}", line > 0 ? fmt::format("line {}: ", line) : "", message,
                     remedy.empty() ? "" : ". Remedy: " + remedy);
}

std::vector<std::string> data_finding_words(const mapping::Program& program) {
  std::vector<std::string> words;
  if (!program.captured) return words;
  for (const auto& finding : eval::examine_data(program))
    words.push_back(finding_words(finding.line.line, finding.message, finding.remedy));
  return words;
}

}  // namespace dlfix::agent
