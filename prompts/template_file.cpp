#include "prompts/template_file.h"

#include <fstream>
#include <sstream>

#include "trainer/support/errors.h"

namespace dlfix::prompts {
namespace {

std::string read_template(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw support::EnvironmentError(path + ": cannot read the prompt template",
                                    "set DLFIX_HOME to the folder that holds prompts/templates");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::string fill_template_file(const std::string& directory, const std::string& name,
                               const Slots& slots) {
  const std::string path = directory + "/" + name + ".txt";
  return fill_template(read_template(path), slots, path);
}

}  // namespace dlfix::prompts
