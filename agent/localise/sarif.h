// A report of rules in SARIF 2.1.0, the form that code-scanning viewers read.
// OASIS Standard: Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "agent/localise/rule_report.h"

namespace dlfix::agent {

/// One run: each fault of the report is a result of the rule that is surest of it, with its places,
/// its score as rank, and whether a comment suppresses it; each rule of the tools that were asked
/// is described with its explanation page. Unlikely faults are left out; what was not checked is a
/// notification. Paths are relative to `root` (an absolute folder) where they lie below it.
/// `sources`: path -> text, for the lines' text.
nlohmann::ordered_json to_sarif(const RuleReport& report,
                                const std::map<std::string, std::string>& sources,
                                const std::string& root);

/// A path as a URI reference: "data/my%20model.py"; absolute paths as file:///...
std::string uri_of(const std::string& path, const std::string& root);

}  // namespace dlfix::agent
