// Templates as files.
#pragma once

#include <string>

#include "prompts/template.h"

namespace dlfix::prompts {

/// Fills the template `directory`/`name`.txt (prompts/templates). Errors: EnvironmentError when it
/// cannot be read; InputError as fill_template, naming the file.
std::string fill_template_file(const std::string& directory, const std::string& name,
                               const Slots& slots);

}  // namespace dlfix::prompts
