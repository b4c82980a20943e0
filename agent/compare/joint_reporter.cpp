#include "agent/compare/joint_reporter.h"

namespace dlfix::agent {

Reporter& JointReporter::share() {
  const std::scoped_lock lock(mutex_);
  return shares_.emplace_back(*this);
}

void JointReporter::Share::phase(const std::string& name, const std::string&) {
  const std::scoped_lock lock(joint_.mutex_);
  searching_ = name == "search";
}

void JointReporter::Share::note(const std::string& sentence) {
  const std::scoped_lock lock(joint_.mutex_);
  if (joint_.noted_.insert(sentence).second) joint_.outer_.note(sentence);
}

void JointReporter::Share::detail(const std::string& sentence) {
  const std::scoped_lock lock(joint_.mutex_);
  if (joint_.noted_.insert(sentence).second) joint_.outer_.detail(sentence);
}

void JointReporter::Share::progress(double done, int trainings) {
  const std::scoped_lock lock(joint_.mutex_);
  if (!searching_) return;
  done_ = done;
  trainings_ = trainings;
  double all = 0;
  int trained = 0;
  for (const Share& share : joint_.shares_) {
    all += share.done_;
    trained += share.trainings_;
  }
  joint_.outer_.progress(all / static_cast<double>(joint_.shares_.size()), trained);
}

}  // namespace dlfix::agent
