#include "agent/compare/joint_reporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace dlfix::agent {
namespace {

using ::testing::ElementsAre;

class Listener : public Reporter {
 public:
  void phase(const std::string& name, const std::string&) override { heard.push_back(name); }
  void note(const std::string& sentence) override { heard.push_back(sentence); }
  void detail(const std::string& sentence) override { heard.push_back(sentence); }
  void progress(double done, int trainings) override {
    shares.push_back(done);
    trained = trainings;
  }

  std::vector<std::string> heard;
  std::vector<double> shares;
  int trained = 0;
};

TEST(JointReporter, ProgressIsTheMeanOfTheSearchesAndNotesAreToldOnce) {
  Listener listener;
  JointReporter joint(listener);
  Reporter& one = joint.share();
  Reporter& other = joint.share();
  for (Reporter* share : {&one, &other}) {
    share->phase("reproduce", "three seeds");
    share->note("few rows");
    share->progress(1, 3);
  }
  EXPECT_THAT(listener.heard, ElementsAre("few rows"));
  EXPECT_TRUE(listener.shares.empty());
  one.phase("search", "random");
  other.phase("search", "random");
  one.progress(0.5, 5);
  other.progress(0.25, 4);
  one.detail("one"), other.detail("one");
  EXPECT_THAT(listener.shares, ElementsAre(0.25, 0.375));
  EXPECT_EQ(listener.trained, 9);
  EXPECT_THAT(listener.heard, ElementsAre("few rows", "one"));
}

}  // namespace
}  // namespace dlfix::agent
