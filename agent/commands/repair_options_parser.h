// The options of `repair`.
#pragma once

#include <string>

#include "agent/commands/common_options.h"
#include "agent/commands/prompt_options_parser.h"
#include "agent/commands/workers.h"
#include "agent/llm/options.h"
#include "agent/workflows/repair_options.h"

namespace dlfix::agent {

struct RepairCommand {
  ReadingOptions reading;
  RepairOptions options;  ///< complete after finish_parsing()
  std::string budget;
  std::string scores = "corrected";
  std::string store;
  TrainerChoice trainer;
  std::string output;
  std::string verify;
  LlmOptions llm;
  PromptWords prompting;
  Wording wording;  ///< of a benchmark program's manifest; empty: inferred
  bool apply = false;
  bool dry_run = false;
  bool no_minimise = false;
  bool finish_all = false;
  bool quiet = false;
  bool verbose = false;
  bool fresh = false;
};

void add_repair_options(CLI::App& app, RepairCommand& command);

/// Turns texts into values. Errors: InputError naming the option.
void finish_parsing(RepairCommand& command);

}  // namespace dlfix::agent
