// The paper's two prompts (section 5.2, Listings 1 and 2), to the byte.
#pragma once

#include <optional>
#include <string>

namespace dlfix::prompts {

/// kListing: as printed. kSent: as the published scripts sent it (the published replies answer this
/// one).
enum class Variant { kListing, kSent };

enum class PromptTask { kLocalise, kRepair };

struct PaperPrompt {
  std::string task;                    ///< "classification problem"
  std::optional<std::string> dataset;  ///< absent: " trained on ..." is left out (paper 5.2)
  std::string goal;                    ///< repair only: "increase the original accuracy"
  /// The program. Localise: as written. Repair: in the config["NAME"] form, without values.
  std::string code;
};

/// Fills a template of `directory` (prompts/templates). One user message, no system message.
/// Errors: EnvironmentError when the template cannot be read.
std::string paper_prompt(const std::string& directory, PromptTask task, Variant variant,
                         const PaperPrompt& prompt);

}  // namespace dlfix::prompts
