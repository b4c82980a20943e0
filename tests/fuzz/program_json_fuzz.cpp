// Any JSON as program.json, then its own config put back and edited in.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "mapping/program/edits.h"
#include "mapping/program/program.h"
#include "trainer/support/errors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = nlohmann::json::parse(
      std::string_view(reinterpret_cast<const char*>(data), size), nullptr, false);
  if (document.is_discarded()) return 0;
  using namespace dlfix::mapping;
  try {
    const Program program = parse_program(document, "/nowhere");
    apply_config(program, program.config());
    plan_config_form(program);
  } catch (const dlfix::support::Error&) {
  }
  return 0;
}
