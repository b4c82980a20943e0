#include "agent/localise/deepfd_models.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "trainer/support/errors.h"

namespace dlfix::agent {

eval::DeepFdModel shipped_deepfd_model(const Resources& resources, eval::ToolReading reading) {
  const bool mended = reading == eval::ToolReading::kMended;
  const std::string file =
      resources.home + "/data/deepfd/" + (mended ? "mended" : "study") + ".json";
  std::ifstream in(file);
  if (!in) {
    throw support::EnvironmentError(file + ": DeepFD's model is not there",
                                    "install the program's data, or make it: scripts/learn_deepfd");
  }
  const auto document = nlohmann::json::parse(in, nullptr, false);
  if (document.is_discarded()) {
    throw support::EnvironmentError(file + ": is no JSON", "install the program's data again");
  }
  return eval::DeepFdModel::from_json(document);
}

}  // namespace dlfix::agent
