#include "eval/repairers/factory.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "eval/repairers/autotrainer.h"
#include "eval/repairers/bohb.h"
#include "eval/repairers/guided.h"
#include "eval/repairers/hebo.h"
#include "eval/repairers/random_search.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {

namespace {

struct NamedTool {
  std::string_view tool;
  RepairerOptions options;
};

/// "hebo-study" apart; what is no reading stays in the name.
NamedTool split_name(std::string_view name, RepairerOptions options) {
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos) return {name, options};
  const std::string_view tool = name.substr(0, dash);
  const std::string_view reading = name.substr(dash + 1);
  if (tool == "bohb" && reading == "flat") {
    options.partial_trainings = false;
    return {tool, options};
  }
  const auto& readings = tool_readings();
  const bool published = tool == "autotrainer" || tool == "bohb" || tool == "hebo";
  if (!published || std::ranges::find(readings, reading) == readings.end()) return {name, options};
  options.tools = parse_tool_reading(reading);
  return {tool, options};
}

}  // namespace

std::unique_ptr<Repairer> make_repairer(std::string_view full_name,
                                        const RepairerOptions& defaults) {
  const auto [name, options] = split_name(full_name, defaults);
  if (name == "guided") return std::make_unique<Guided>();
  if (name == "random") return std::make_unique<RandomSearch>();
  if (name == "autotrainer")
    return std::make_unique<AutoTrainer>(AutoTrainerOptions{.tools = options.tools});
  if (name == "bohb") {
    return std::make_unique<Bohb>(
        BohbOptions{.tools = options.tools, .partial_trainings = options.partial_trainings});
  }
  if (name == "hebo") return std::make_unique<Hebo>(HeboOptions{.tools = options.tools});
  throw support::InputError(fmt::format("technique \"{}\" is not known", full_name),
                            fmt::format("known: {}", fmt::join(repairer_names(), ", ")));
}

std::vector<std::string> repairer_names() {
  return {"guided", "random", "autotrainer", "bohb", "hebo"};
}

}  // namespace dlfix::eval
