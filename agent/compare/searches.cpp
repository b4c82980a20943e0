#include "agent/compare/searches.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <system_error>
#include <thread>

#include "agent/compare/joint_reporter.h"
#include "agent/compare/search_trace.h"
#include "agent/compare/training_meeting.h"
#include "agent/workflows/repair_state.h"

namespace dlfix::agent {
namespace {

/// One search with what was watched of it.
class WatchedSearch {
 public:
  WatchedSearch(const RepairOptions& options, RepairEnvironment environment)
      : environment_(std::move(environment)) {
    environment_.make_repairer =
        [this, make = std::move(environment_.make_repairer)](const std::string& name) {
          return watched(make(name), trace_);
        };
    state_ = std::make_unique<RepairState>(options, environment_);
  }
  WatchedSearch(const WatchedSearch&) = delete;  // its state refers to its environment
  WatchedSearch& operator=(const WatchedSearch&) = delete;

  void read(const std::function<void(Subject&)>& choose_rows) {
    read_program(*state_);
    choose_rows(state_->subject);
  }

  void search() {
    set_pace(*state_);
    if (!state_->interrupted()) reproduce(*state_);
    if (!state_->interrupted()) agent::search(*state_);
  }

  SearchOutcome outcome(const std::vector<double>& cuts) const {
    SearchOutcome outcome{{}, state_->bench.trainings()};
    if (state_->interrupted()) return outcome;
    RunOutcome& run = outcome.run.emplace();
    run.outcome = state_->best.empty() ? "no_patch" : "ok";
    run.config = state_->best;
    run.settings = state_->report.configs_tried;
    run.curve = trace_.curve();
    for (const double cut : cuts) run.cuts.push_back({cut, trace_.best_at(cut)});
    return outcome;
  }

 private:
  SearchTrace trace_;
  RepairEnvironment environment_;
  std::unique_ptr<RepairState> state_;
};

using Searches = std::vector<std::unique_ptr<WatchedSearch>>;

/// `errors` has a place for each search.
std::vector<std::jthread> start_threads(const Searches& searches, TrainingMeeting& meeting,
                                        std::vector<std::exception_ptr>& errors) {
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < searches.size(); ++i) {
    meeting.enter();
    try {
      threads.emplace_back([&meeting, &search = *searches[i], &error = errors[i]] {
        try {
          search.search();
        } catch (...) {
          error = std::current_exception();
        }
        meeting.leave();
      });
    } catch (const std::system_error&) {
      errors[i] = std::current_exception();
      meeting.leave();
    }
  }
  return threads;
}

void search_all(const Searches& searches, TrainingMeeting& meeting) {
  std::vector<std::exception_ptr> errors(searches.size());
  {
    const auto threads = start_threads(searches, meeting, errors);
    meeting.serve();
  }
  for (const auto& error : errors)
    if (error) std::rethrow_exception(error);
}

}  // namespace

std::vector<SearchOutcome> run_together(const SearchPlan& plan,
                                        const RepairEnvironment& environment) {
  JointReporter reporter(environment.reporter);
  TrainingMeeting meeting(environment.trainer);
  TrainingMeeting::Seat seat(meeting);
  Searches searches;
  for (const auto& [options, directory] : plan.searches) {
    searches.push_back(std::make_unique<WatchedSearch>(
        options, RepairEnvironment{seat, reporter.share(), environment.cancel, environment.capture,
                                   environment.make_repairer, directory}));
    searches.back()->read(plan.choose_rows);
  }
  search_all(searches, meeting);
  std::vector<SearchOutcome> outcomes;
  for (const auto& search : searches) outcomes.push_back(search->outcome(plan.cuts));
  return outcomes;
}

}  // namespace dlfix::agent
