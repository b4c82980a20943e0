// Files of this folder that are built into the program.
#pragma once

#include <string>

namespace dlfix::agent::serve {

const std::string& openapi_text();  ///< openapi.json
const std::string& page_text();     ///< page.html, with the marks STYLE and SCRIPT
const std::string& style_text();    ///< page.css
const std::string& script_text();   ///< page.js

}  // namespace dlfix::agent::serve
