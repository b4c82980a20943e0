// What `dlfix-agent compare` was asked to do, and what that amounts to.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/cli/resources.h"
#include "agent/commands/common_options.h"
#include "agent/commands/compare_models.h"
#include "agent/commands/llm_options.h"
#include "agent/commands/prompt_options_parser.h"
#include "agent/commands/workers.h"
#include "agent/compare/compare.h"

namespace dlfix::agent {

struct CompareCommand {
  std::vector<std::string> programs;
  std::vector<std::string> fixes;
  std::vector<std::string> faults;
  std::vector<std::string> techniques;
  std::vector<std::string> replays;
  std::vector<std::string> neutrality;
  ReadingOptions reading;
  LlmOptions llm;
  PromptWords words;
  CompareRequest request;                     ///< see finish_comparison()
  std::map<std::string, ModelColumn> models;  ///< by column
  std::vector<std::string> budgets = {"20"};
  std::string scores = "corrected";
  std::string task = "repair";  ///< repair, localise, both
  int localiser_seeds = 3;
  bool dynamic = false;
  std::string shard;
  std::string store;
  std::string output;
  TrainerChoice trainer;
  bool redraw = false;
  bool no_config_seeds = false;
  bool ablation = false;
  bool dry_run = false;
  bool fresh = false;
  bool quiet = false;
};

/// Fills the request and the models' columns from the other options: programs with their fixes,
/// splits and analyses, budgets, columns.
/// Errors: InputError for what does not go together, names nothing, or cannot be read;
/// EnvironmentError when the folder for results cannot be made.
void finish_comparison(CompareCommand& command, const Resources& resources);

}  // namespace dlfix::agent
