#include "eval/repairers/search_space.h"

#include <algorithm>

#include "eval/repairers/sane_space.h"
#include "eval/repairers/study_space.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

void check_names(const mapping::Program& program, const std::vector<std::string>& names,
                 const char* option) {
  for (const std::string& name : names) {
    const bool known = std::any_of(
        program.hyperparameters.begin(), program.hyperparameters.end(),
        [&](const auto& parameter) { return parameter.name == name || parameter.kind == name; });
    if (!known) {
      throw support::InputError(
          std::string(option) + ": the program has no hyperparameter or kind \"" + name + "\"",
          "dlfix-agent inspect lists the names");
    }
  }
}

}  // namespace

const Dimension* SearchSpace::find(std::string_view name) const {
  const auto found = std::find_if(dimensions.begin(), dimensions.end(),
                                  [&](const Dimension& item) { return item.name == name; });
  return found == dimensions.end() ? nullptr : &*found;
}

SearchSpace make_space(const mapping::Program& program, ProblemKind problem, bool one_hot,
                       const SpaceOptions& options) {
  check_names(program, options.only, "--only");
  check_names(program, options.freeze, "--freeze");
  if (options.reading == "study") return study_space(program, options);
  if (options.reading == "sane") return sane_space(program, problem, one_hot, options);
  throw support::InputError("--space: \"" + options.reading + "\" is not known",
                            "use study or sane");
}

bool may_change(const mapping::Hyperparameter& parameter, const SpaceOptions& options) {
  const auto named = [&](const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return name == parameter.name || name == parameter.kind;
    });
  };
  return (options.only.empty() || named(options.only)) && !named(options.freeze);
}

}  // namespace dlfix::eval
