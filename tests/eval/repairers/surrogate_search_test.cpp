// Searches in full length on an artificial program.
#include <gtest/gtest.h>

#include "eval/repairers/factory.h"
#include "eval/statistics/descriptive.h"
#include "fake_program.h"

namespace dlfix::eval {
namespace {

/// Mended searchers do better than chance with the same budget.
TEST(SurrogateSearchers, BeatRandomOnAnArtificialProgram) {
  mapping::Program program = fake_program();
  plant(program, "lr", 3.0);
  plant(program, "act3", "relu");
  SpaceOptions options;
  options.freeze = {"epochs"};
  std::map<std::string, std::vector<double>> found;
  for (const char* technique : {"random", "bohb", "hebo"}) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      FakeRunner runner(program, classifier_response, 40);
      RepairContext context = context_of(program, runner, options);
      std::erase_if(context.space.dimensions, [](const Dimension& dimension) {
        return dimension.kind != "activation" && dimension.kind != "learning_rate" &&
               dimension.kind != "loss" && dimension.kind != "optimizer";
      });
      context.seed = seed;
      const auto best = make_repairer(technique)->repair(context, runner).best;
      found[technique].push_back(runner.value(best, 0));
    }
  }
  EXPECT_GE(median(found["hebo"]), median(found["random"]));
  EXPECT_GE(median(found["bohb"]), median(found["random"]) - 0.05);
  EXPECT_GE(median(found["hebo"]), 0.75);
}

}  // namespace
}  // namespace dlfix::eval
