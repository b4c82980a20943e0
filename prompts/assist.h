// The prompts of assist mode: what the paper's leave out (values, line numbers, symptoms, findings,
// results of earlier answers), and an answer in a form that can be read without guessing
// (ANSWERS.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "prompts/paper.h"

namespace dlfix::prompts {

/// What an assist prompt is made of, beside task and program; each can be left out, so that its
/// worth can be measured.
struct AssistParts {
  bool values = true;    ///< the program's values and lines; off: config["NAME"] as in the paper
  bool symptoms = true;  ///< what reproducing the training showed
  bool findings = true;  ///< what rules and tools say
  bool own_findings = false;  ///< the model's own answer to the localisation prompt: a request more
  bool refinement = true;     ///< what its earlier configs measured
};

/// Reads "all", "none", or a comma-separated list of values, symptoms, tools, own, refine.
/// Errors: InputError naming the unknown word and the known ones.
AssistParts parse_assist_parts(std::string_view text);
/// The same list, canonical.
std::string to_string(const AssistParts& parts);

/// A value that an answer may change.
struct Setting {
  std::string name;         ///< act1
  std::string description;  ///< "activation of layer 0 (Dense)"
  std::string value;        ///< as JSON; empty: not known
  std::string place;        ///< "line 12"; empty: none
};

/// An earlier answer and what training with it gave.
struct Attempt {
  std::string config;  ///< as JSON
  std::string result;  ///< "accuracy 0.912 (as written 0.563)"
};

struct AssistPrompt {
  std::string task;
  std::optional<std::string> dataset;
  std::string goal;                ///< repair only
  std::vector<std::string> facts;  ///< sizes, classes, the metric
  std::string code;                ///< with line numbers, or in config form
  bool numbered = true;            ///< `code` has line numbers
  std::vector<Setting> settings;
  std::vector<std::string> symptoms;
  std::vector<std::string> findings;
  std::vector<std::string> own_findings;
  std::vector<Attempt> attempts;
};

/// One user message. Parts that are empty are left out with their headings.
/// Errors: EnvironmentError when the template cannot be read.
std::string assist_prompt(const std::string& directory, PromptTask task,
                          const AssistPrompt& prompt);

/// `text` with "NUMBER | " before each line, the first being number `first`.
std::string number_lines(std::string_view text, int first = 1);

}  // namespace dlfix::prompts
