// Writing a result where the user asked for it.
#pragma once

#include <string>

namespace dlfix::agent {

/// Replaces `file`. Errors: EnvironmentError naming it and `option`, which named the place.
void write_text_file(const std::string& file, const std::string& text, const std::string& option);

/// Makes a folder for several files. Errors: the same.
void make_result_folder(const std::string& folder, const std::string& option);

}  // namespace dlfix::agent
