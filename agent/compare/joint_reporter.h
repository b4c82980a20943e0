// Several searches tell their progress as one.
#pragma once

#include <list>
#include <mutex>
#include <set>
#include <string>

#include "agent/output/reporter.h"

namespace dlfix::agent {

/// Their phases are left out: whoever runs them has named the one that they are together. What
/// several note is told once.
class JointReporter {
 public:
  /// `outer` must outlive it, and hears of nobody else as long as it is used.
  explicit JointReporter(Reporter& outer) : outer_(outer) {}

  /// For one more search; lives as long as this. All shares may be used at the same time.
  Reporter& share();

 private:
  class Share : public Reporter {
   public:
    explicit Share(JointReporter& joint) : joint_(joint) {}
    void phase(const std::string& name, const std::string& what) override;
    void note(const std::string& sentence) override;
    void detail(const std::string& sentence) override;
    void progress(double done, int trainings) override;

   private:
    friend class JointReporter;
    JointReporter& joint_;
    bool searching_ = false;  ///< what comes before is short
    double done_ = 0;
    int trainings_ = 0;
  };

  Reporter& outer_;
  std::mutex mutex_;
  std::list<Share> shares_;
  std::set<std::string> noted_;
};

}  // namespace dlfix::agent
