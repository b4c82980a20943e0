#include "eval/repairers/factory.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "eval/repairers/guided.h"
#include "eval/repairers/random_search.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {

std::unique_ptr<Repairer> make_repairer(std::string_view name) {
  if (name == "guided") return std::make_unique<Guided>();
  if (name == "random") return std::make_unique<RandomSearch>();
  throw support::InputError(fmt::format("technique \"{}\" is not known", name),
                            fmt::format("known: {}", fmt::join(repairer_names(), ", ")));
}

std::vector<std::string> repairer_names() { return {"guided", "random"}; }

}  // namespace dlfix::eval
