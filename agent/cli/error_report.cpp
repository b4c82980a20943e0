#include "agent/cli/error_report.h"

#include <ostream>

#include "agent/cli/exit_codes.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {

ErrorReport describe(const std::exception& error) {
  if (const auto* input = dynamic_cast<const support::InputError*>(&error)) {
    return {"usage", input->what(), input->remedy(), kExitUsage};
  }
  if (const auto* machine = dynamic_cast<const support::EnvironmentError*>(&error)) {
    return {"environment", machine->what(), machine->remedy(), kExitEnvironment};
  }
  if (const auto* interrupted = dynamic_cast<const support::Interrupted*>(&error)) {
    return {"interrupted", interrupted->what(), interrupted->remedy(), kExitInterrupted};
  }
  return {"internal", std::string("internal: ") + error.what(),
          "this is a defect of dlfix-agent; please report it with the command line",
          kExitEnvironment};
}

nlohmann::json to_document(const ErrorReport& report) {
  return {
      {"outcome", "error"},
      {"error", {{"code", report.code}, {"message", report.message}, {"remedy", report.remedy}}}};
}

void print_error(const ErrorReport& report, bool json, std::ostream& out, std::ostream& err) {
  if (json) {
    using Handler = nlohmann::json::error_handler_t;
    out << to_document(report).dump(2, ' ', false, Handler::replace) << '\n';
  }
  err << "error: " << report.message << '\n';
  if (!report.remedy.empty()) err << "  remedy: " << report.remedy << '\n';
}

}  // namespace dlfix::agent
