// Jupyter notebooks: a program's text is the code of their cells (PROGRAM_JSON.md, `files`).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace dlfix::mapping {

/// True for the name of a notebook.
bool is_notebook(const std::string& path);

/// The notebook's JSON with `code` in place of its code. `raw`: the file's bytes; `entry`: its
/// entry in `files` of program.json. Only strings of lines that differ are written anew; everything
/// else stays byte for byte. A line that comes new at the border of two cells goes into the later
/// one. Errors: InputError when `entry` does not fit `raw`.
std::string notebook_with_code(const std::string& raw, const nlohmann::json& entry,
                               const std::string& code);

}  // namespace dlfix::mapping
