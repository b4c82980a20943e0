#include "agent/commands/eval_deepfd.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <memory>
#include <numeric>

#include "agent/cli/exit_codes.h"
#include "agent/commands/common_options.h"
#include "agent/output/text_file.h"
#include "eval/localisers/deepfd/judgement.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

constexpr double kShippedDigits = 1e4;

struct DeepFdCommand {
  std::string table;
  std::string learn;
  std::size_t runs = 5;
  eval::HeldOutOptions options;
};

eval::DeepFdTable read_table(const std::string& file) {
  std::ifstream in(file);
  if (!in) {
    throw support::InputError(
        file + ": there is no such file",
        "make it with `dlfix-agent mutate A.py B.py ... --table " + file + "`");
  }
  const auto document = nlohmann::json::parse(in, nullptr, false);
  if (document.is_discarded()) {
    throw support::InputError(file + ": is no JSON", "give what `mutate --table` wrote");
  }
  return eval::table_from_json(document);
}

/// Numbers with four decimals: what is compared lies between 0 and 1 mostly.
nlohmann::json shortened(const nlohmann::json& document) {
  if (document.is_structured()) {
    nlohmann::json copy = document;
    for (auto& part : copy) part = shortened(part);
    return copy;
  }
  if (!document.is_number_float()) return document;
  const double rounded = std::round(document.get<double>() * kShippedDigits) / kShippedDigits;
  return rounded == std::floor(rounded) && std::abs(rounded) < 1e9
             ? nlohmann::json(static_cast<std::int64_t>(rounded))
             : nlohmann::json(rounded);
}

/// The model of all programs, to be shipped.
std::string model_text(const eval::DeepFdTable& table, const eval::HeldOutOptions& options) {
  std::vector<std::size_t> versions(table.versions.size());
  std::iota(versions.begin(), versions.end(), 0);
  const auto model = eval::DeepFdModel::fit(table, eval::all_runs(table), options.model)
                         .with_offsets(eval::learn_offsets(table, versions, options.model));
  nlohmann::json document = model.to_json();
  // Trees compare with exact thresholds and limits; the neighbours' rows are most of the file.
  document["neighbours"] = shortened(document["neighbours"]);
  return document.dump() + "\n";
}

int eval_deepfd(const DeepFdCommand& command, const CommandContext& context) {
  const auto table = eval::with_runs(read_table(command.table), command.runs);
  const auto judgement = eval::judge_deepfd(table, command.options);
  if (!command.learn.empty()) {
    write_text_file(command.learn, model_text(table, command.options), "--learn");
  }
  if (context.json) {
    print_json(eval::to_json(judgement));
  } else {
    std::cout << eval::to_text(judgement) << std::flush;
  }
  return kExitSuccess;
}

}  // namespace

void add_eval_deepfd_command(CommandLine& line, CLI::App& eval) {
  auto command = std::make_shared<DeepFdCommand>();
  CLI::App& app = line.add(
      "deepfd",
      "How well DeepFD finds faults of mutants that it did not learn from: by held-out program, "
      "beside what other divisions pretend",
      [command](const CommandContext& context) { return eval_deepfd(*command, context); }, &eval);
  app.add_option("table", command->table, "What `mutate --table` wrote")->required();
  app.add_option("--learn", command->learn,
                 "Write the model of all programs, as `localise` reads it");
  app.add_option("--runs", command->runs, "Runs of each version that count; 0: all")
      ->capture_default_str();
  app.add_option("--folds", command->options.folds, "Parts that are held out in turn")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  app.add_option("--seed", command->options.seed, "Of folds, samples and trees")
      ->capture_default_str();
  add_json_option(app);
}

}  // namespace dlfix::agent
