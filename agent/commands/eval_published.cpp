#include "agent/commands/eval_published.h"

#include <fmt/format.h>

#include <memory>
#include <string>

#include "agent/cli/exit_codes.h"
#include "agent/commands/common_options.h"
#include "eval/published/published.h"

namespace dlfix::agent {

void add_eval_published_command(CommandLine& line, CLI::App& eval) {
  auto directory = std::make_shared<std::string>();
  CLI::App& app = line.add(
      "published", "The study's tables, figures and quoted numbers, computed again from its data",
      [directory](const CommandContext& context) {
        const auto lines = eval::recompute_published(*directory);
        if (context.json) {
          print_json(eval::to_json(lines));
        } else {
          fmt::print("{}", eval::to_text(lines));
        }
        return kExitSuccess;
      },
      &eval);
  app.add_option(
         "directory", *directory,
         "Folder with the study's data (paper_tables.json, faults.json, fl_results.csv, ...)")
      ->required();
  add_json_option(app);
}

}  // namespace dlfix::agent
