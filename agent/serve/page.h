// The page at /: a person watches and compares there.
#pragma once

#include "agent/serve/router.h"

namespace dlfix::agent::serve {

/// The page with its style and script inside, and a Content-Security-Policy that lets nothing else
/// run or load: both are named by their hashes.
void add_page(Router& router);

/// Whole page; it holds no data and no secret.
const std::string& page_document();
const std::string& page_policy();

}  // namespace dlfix::agent::serve
