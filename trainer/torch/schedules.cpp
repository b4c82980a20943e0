#include "trainer/torch/schedules.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "trainer/torch/failure.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

double number(const json& schedule, const char* name) {
  const auto found = schedule.find(name);
  if (found == schedule.end() || !found->is_number()) {
    fail_as_crash(std::string("learning-rate schedule: '") + name + "' must be a number");
  }
  return found->get<double>();
}

double number(const json& schedule, const char* name, double otherwise) {
  const auto found = schedule.find(name);
  return found != schedule.end() && found->is_number() ? found->get<double>() : otherwise;
}

double progress(const json& schedule, double step) {
  const double share = step / number(schedule, "decay_steps");
  return schedule.value("staircase", false) ? std::floor(share) : share;
}

double exponential(const json& schedule, double step) {
  return number(schedule, "initial_learning_rate") *
         std::pow(number(schedule, "decay_rate"), progress(schedule, step));
}

double inverse_time(const json& schedule, double step) {
  return number(schedule, "initial_learning_rate") /
         (1 + number(schedule, "decay_rate") * progress(schedule, step));
}

double polynomial(const json& schedule, double step) {
  const double end = number(schedule, "end_learning_rate", 0.0001);
  double steps = number(schedule, "decay_steps");
  if (schedule.value("cycle", false)) {
    steps *= step == 0 ? 1 : std::ceil(step / steps);
  } else {
    step = std::min(step, steps);
  }
  return (number(schedule, "initial_learning_rate") - end) *
             std::pow(1 - step / steps, number(schedule, "power", 1)) +
         end;
}

double piecewise(const json& schedule, double step) {
  const auto boundaries = schedule.value("boundaries", std::vector<double>{});
  const auto values = schedule.value("values", std::vector<double>{});
  if (values.size() != boundaries.size() + 1) {
    fail_as_crash("learning-rate schedule: there must be one value more than boundaries");
  }
  const auto place = std::find_if(boundaries.begin(), boundaries.end(),
                                  [&](double boundary) { return step <= boundary; });
  return values[static_cast<std::size_t>(place - boundaries.begin())];
}

double half_cosine(double share) { return 0.5 * (1 + std::cos(std::numbers::pi * share)); }

double cosine(const json& schedule, double step) {
  const double warmup = number(schedule, "warmup_steps", 0);
  double start = number(schedule, "initial_learning_rate");
  if (schedule.contains("warmup_target") && schedule["warmup_target"].is_number()) {
    const double target = number(schedule, "warmup_target");
    if (step < warmup) return start + (target - start) * step / warmup;
    start = target;
    step -= warmup;
  }
  const double steps = number(schedule, "decay_steps");
  const double alpha = number(schedule, "alpha", 0);
  return start * ((1 - alpha) * half_cosine(std::min(step, steps) / steps) + alpha);
}

double cosine_restarts(const json& schedule, double step) {
  const double growth = number(schedule, "t_mul", 2);
  const double alpha = number(schedule, "alpha", 0);
  double share = step / number(schedule, "first_decay_steps");
  double restart = std::floor(share);
  if (growth == 1) {
    share -= restart;
  } else {
    restart = std::floor(std::log(1 - share * (1 - growth)) / std::log(growth));
    const double before = (1 - std::pow(growth, restart)) / (1 - growth);
    share = (share - before) / std::pow(growth, restart);
  }
  const double height = std::pow(number(schedule, "m_mul", 1), restart);
  return number(schedule, "initial_learning_rate") *
         ((1 - alpha) * height * half_cosine(share) + alpha);
}

}  // namespace

double scheduled_rate(const json& schedule, std::int64_t step) {
  const std::string name = schedule.value("class", "");
  const auto at = double(step);
  if (name == "exponential_decay") return exponential(schedule, at);
  if (name == "inverse_time_decay") return inverse_time(schedule, at);
  if (name == "polynomial_decay") return polynomial(schedule, at);
  if (name == "piecewise_constant_decay") return piecewise(schedule, at);
  if (name == "cosine_decay") return cosine(schedule, at);
  if (name == "cosine_decay_restarts") return cosine_restarts(schedule, at);
  fail_as_unsupported("learning-rate schedule '" + name +
                      "' is not supported; supported: exponential_decay, inverse_time_decay, "
                      "polynomial_decay, piecewise_constant_decay, cosine_decay, "
                      "cosine_decay_restarts");
}

}  // namespace dlfix::trainer
