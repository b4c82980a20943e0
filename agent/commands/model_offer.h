// A key in the environment alone sends nothing; on a terminal the user is asked.
#pragma once

#include <istream>
#include <ostream>
#include <string>

#include "agent/commands/repair_options_parser.h"
#include "agent/store/store.h"
#include "mapping/program/probe.h"

namespace dlfix::agent {

struct OfferContext {
  std::string prompts;  ///< folder of templates and context limits
  mapping::ProbeOptions probe;
  EnvironmentLookup environment;
  std::istream& in;
  std::ostream& out;
};

/// When no provider is configured and the environment has a key: shows host, requests, tokens and
/// cost of asking an inexpensive model, and configures it in `command` when the answer is yes. A no
/// is remembered beside the run store and never asked again. A program that cannot be read from its
/// text alone is passed over.
void offer_model(RepairCommand& command, Store& store, const OfferContext& context);

}  // namespace dlfix::agent
