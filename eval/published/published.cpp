#include "eval/published/published.h"

#include <iterator>

#include "eval/published/families.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {

PublishedLine guarded(const std::string& name, const std::function<PublishedLine()>& compute) {
  try {
    return compute();
  } catch (const support::EnvironmentError& error) {
    PublishedLine line;
    line.name = name;
    line.not_recomputable = error.what();
    return line;
  }
}

std::vector<PublishedLine> recompute_published(const std::string& directory) {
  const StudyFolder folder(directory);
  const LocalisationData data(folder);
  Lines lines;
  const auto add = [&](Lines family) {
    std::move(family.begin(), family.end(), std::back_inserter(lines));
  };
  try {
    add(neutrality_lines(folder));
    add(localisation_lines(folder, data));
    add(time_lines(folder));
    add(repair_lines(folder));
    add(tool_lines(folder, data));
    add(quoted_localisation_lines(folder, data));
    add(quoted_repair_lines(folder));
    add(figure_lines(folder, data));
  } catch (const nlohmann::json::exception& error) {
    throw support::InputError(folder.file("paper_tables.json") + ": " + error.what(),
                              "these are not the study's tables");
  }
  return lines;
}

}  // namespace dlfix::eval
