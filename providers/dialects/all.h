// Every dialect, one file each. A new one: its file, one line here and one in registry.cpp.
#pragma once

#include "providers/dialect.h"

namespace dlfix::providers {

Dialect openai_dialect();
Dialect responses_dialect();
Dialect azure_dialect();
Dialect compatible_dialect();
Dialect anthropic_dialect();
Dialect ollama_dialect();
Dialect command_dialect();

}  // namespace dlfix::providers
