#include "agent/commands/eval_mapping.h"

#include <fmt/format.h>

#include <memory>

#include "agent/cli/exit_codes.h"
#include "agent/commands/common_options.h"
#include "eval/agreement/agreement_report.h"

namespace dlfix::agent {
namespace {

struct EvalMappingOptions {
  std::string gold;
  std::string protocol = "all";
};

int eval_mapping(const EvalMappingOptions& options, const CommandContext& context) {
  const auto gold = eval::read_gold(options.gold);
  const auto mapper = mapping::make_rules_mapper();
  const auto protocol = options.protocol == "folds" ? eval::Protocol::kFolds : eval::Protocol::kAll;
  const auto report = eval::make_agreement_report(gold, *mapper, protocol);
  if (context.json) {
    print_json(eval::to_json(report));
  } else {
    fmt::print("{}", eval::to_text(report));
  }
  return kExitSuccess;
}

}  // namespace

void add_eval_mapping_command(CommandLine& line, CLI::App& eval) {
  auto options = std::make_shared<EvalMappingOptions>();
  CLI::App& app = line.add(
      "mapping", "How far the mapping of answers to fault types agrees with labels given by hand",
      [options](const CommandContext& context) { return eval_mapping(*options, context); }, &eval);
  app.add_option("gold", options->gold, "CSV file with fl_id, text, FT, specific, FinalFT")
      ->required();
  app.add_option("--protocol", options->protocol,
                 "all: every answer; folds: faults that no rule was written looking at")
      ->check(CLI::IsMember({"all", "folds"}))
      ->capture_default_str();
  add_json_option(app);
}

}  // namespace dlfix::agent
