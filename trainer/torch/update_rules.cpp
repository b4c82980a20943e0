// The update rules themselves. Sources: tf.keras 2.3-2.10 (TensorFlow's training_ops kernels),
// Keras 2.2-2.3.1, Keras 2.11 and later, Keras 3; which one holds is in Profile.
//
// Only elementwise operations with one rounding each: a weight's bits then do not depend on where
// it lies in a tensor.
#include <cmath>
#include <functional>
#include <map>

#include "trainer/torch/failure.h"
#include "trainer/torch/optimizers.h"
#include "trainer/torch/schedules.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;
using Specs = std::vector<const OptimizerSpec*>;

constexpr double kEpsilon = 1e-7;

double option(const OptimizerSpec& spec, const char* name, double otherwise) {
  const auto found = spec.options.find(name);
  return found != spec.options.end() && found->is_number() ? found->get<double>() : otherwise;
}

bool flag(const OptimizerSpec& spec, const char* name) {
  const auto found = spec.options.find(name);
  return found != spec.options.end() && found->is_boolean() && found->get<bool>();
}

struct RuleArgs {
  const Specs& specs;
  const Profile& profile;
  const Tensor& like;
  const std::vector<std::int64_t>& counts;

  /// A hyperparameter as a column [r, 1].
  Tensor column(const char* name, double otherwise) const {
    std::vector<double> values;
    for (const OptimizerSpec* spec : specs) values.push_back(option(*spec, name, otherwise));
    return float_tensor(values, like.device()).unsqueeze(1);
  }
  Tensor zeros() const { return at::zeros_like(like, at::MemoryFormat::Contiguous); }
  Tensor epsilon() const { return column("epsilon", kEpsilon); }
};

class Sgd : public UpdateRule {
 public:
  explicit Sgd(const RuleArgs& args)
      : momentum_(args.column("momentum", 0)), nesterov_(flag(*args.specs[0], "nesterov")) {
    if (option(*args.specs[0], "momentum", 0) != 0) velocity_ = args.zeros();
  }
  void update(const Tensor& w, const Gradient& gradient, const Tensor& lr) override {
    const Tensor& g = gradient.values;
    const Tensor move = g * lr;
    if (!velocity_.defined()) {
      w.sub_(move);
      return;
    }
    velocity_.mul_(momentum_).sub_(move);
    w.add_(nesterov_ ? velocity_ * momentum_ - move : velocity_);
  }
  std::vector<Tensor*> slots() override { return {&momentum_, &velocity_}; }

 private:
  Tensor momentum_;
  bool nesterov_;
  Tensor velocity_;
};

class RmsProp : public UpdateRule {
 public:
  explicit RmsProp(const RuleArgs& args)
      : rho_(args.column("rho", 0.9)),
        momentum_(args.column("momentum", 0)),
        epsilon_(args.epsilon()),
        square_(args.zeros()) {
    const bool has_momentum = option(*args.specs[0], "momentum", 0) != 0;
    if (has_momentum) move_ = args.zeros();
    if (flag(*args.specs[0], "centered")) mean_ = args.zeros();
    // The fused kernel of the legacy line has the epsilon inside only with momentum.
    inside_ = args.profile.rmsprop_epsilon_inside || has_momentum;
  }
  void update(const Tensor& w, const Gradient& gradient, const Tensor& lr) override {
    const Tensor& g = gradient.values;
    square_.mul_(rho_).add_(gradient.squared() * (1 - rho_));
    Tensor variance = square_;
    if (mean_.defined()) {
      mean_.mul_(rho_).add_(g * (1 - rho_));
      variance = square_ - mean_ * mean_;
    }
    const Tensor root = inside_ ? (variance + epsilon_).sqrt_() : variance.sqrt().add_(epsilon_);
    const Tensor move = g * lr / root;
    if (!move_.defined()) {
      w.sub_(move);
      return;
    }
    move_.mul_(momentum_).add_(move);
    w.sub_(move_);
  }
  std::vector<Tensor*> slots() override {
    return {&rho_, &momentum_, &epsilon_, &square_, &move_, &mean_};
  }

 private:
  Tensor rho_, momentum_, epsilon_, square_, move_, mean_;
  bool inside_ = false;
};

class Adagrad : public UpdateRule {
 public:
  explicit Adagrad(const RuleArgs& args)
      : epsilon_(args.epsilon()),
        sum_(args.zeros().add_(args.column("initial_accumulator_value", 0.1))),
        inside_(args.profile.adagrad_epsilon_inside) {}
  void update(const Tensor& w, const Gradient& gradient, const Tensor& lr) override {
    const Tensor& g = gradient.values;
    sum_.add_(gradient.squared());
    const Tensor root = inside_ ? (sum_ + epsilon_).sqrt_() : sum_.sqrt().add_(epsilon_);
    w.sub_(g * lr / root);
  }
  std::vector<Tensor*> slots() override { return {&epsilon_, &sum_}; }

 private:
  Tensor epsilon_, sum_;
  bool inside_;
};

class Adadelta : public UpdateRule {
 public:
  explicit Adadelta(const RuleArgs& args)
      : rho_(args.column("rho", 0.95)),
        epsilon_(args.epsilon()),
        square_(args.zeros()),
        moved_(args.zeros()) {}
  void update(const Tensor& w, const Gradient& gradient, const Tensor& lr) override {
    const Tensor& g = gradient.values;
    square_.mul_(rho_).add_(gradient.squared() * (1 - rho_));
    const Tensor ratio = (moved_ + epsilon_).sqrt_() / (square_ + epsilon_).sqrt_();
    const Tensor move = ratio * g;
    w.sub_(move * lr);
    const Tensor squared =
        gradient.squares.defined() ? ratio * ratio * gradient.squares : move * move;
    moved_.mul_(rho_).add_(squared * (1 - rho_));
  }
  std::vector<Tensor*> slots() override { return {&rho_, &epsilon_, &square_, &moved_}; }

 private:
  Tensor rho_, epsilon_, square_, moved_;
};

// First and second moments, common to Adam's family.
class Moments {
 public:
  explicit Moments(const RuleArgs& args)
      : beta1(args.column("beta_1", 0.9)),
        beta2(args.column("beta_2", 0.999)),
        epsilon(args.epsilon()),
        rest1(rest(args, "beta_1", 0.9)),
        rest2(rest(args, "beta_2", 0.999)),
        mean(args.zeros()),
        square(args.zeros()) {}
  // Keras takes powers of single-precision betas, in single precision: 1 - 0.999f^t has few digits.
  void advance() {
    ++step;
    power1 = power(beta1);
    power2 = power(beta2);
  }
  Tensor power(const Tensor& beta) const {
    return at::pow(beta.to(at::kDouble), double(step)).to(at::kFloat);
  }
  void update_mean(const Tensor& g) { mean.mul_(beta1).add_(g * rest1); }
  void update_square(const Gradient& gradient) {
    square.mul_(beta2).add_(gradient.squared() * rest2);
  }
  std::vector<Tensor*> slots() {
    return {&beta1, &beta2, &epsilon, &rest1, &rest2, &mean, &square};
  }

  std::int64_t step = 0;
  Tensor power1, power2;  ///< of this step
  Tensor beta1, beta2, epsilon;
  Tensor rest1, rest2;  ///< 1 - beta as the update of the moments takes it
  Tensor mean, square;

 private:
  // The new line subtracts in double precision (but for Nadam): 1 - 0.999f is 5e-5 off 0.001.
  static Tensor rest(const RuleArgs& args, const char* name, double otherwise) {
    const Tensor beta = args.column(name, otherwise);
    if (args.profile.legacy_optimizers || args.specs[0]->name == "nadam") return 1 - beta;
    std::vector<double> values;
    for (const OptimizerSpec* spec : args.specs) {
      values.push_back(1 - option(*spec, name, otherwise));
    }
    return float_tensor(values, beta.device()).unsqueeze(1);
  }
};

class Adam : public UpdateRule {
 public:
  explicit Adam(const RuleArgs& args) : moments_(args) {
    if (flag(*args.specs[0], "amsgrad")) largest_ = args.zeros();
  }
  void update(const Tensor& w, const Gradient& gradient, const Tensor& lr) override {
    const Tensor& g = gradient.values;
    moments_.advance();
    moments_.update_mean(g);
    moments_.update_square(gradient);
    Tensor square = moments_.square;
    if (largest_.defined()) square = at::maximum_out(largest_, largest_, square);
    const Tensor rate = lr * at::sqrt(1 - moments_.power2) / (1 - moments_.power1);
    w.sub_((moments_.mean * rate).div_(square.sqrt().add_(moments_.epsilon)));
  }
  std::vector<Tensor*> slots() override {
    auto slots = moments_.slots();
    slots.push_back(&largest_);
    return slots;
  }

 private:
  Moments moments_;
  Tensor largest_;
};

class Adamax : public UpdateRule {
 public:
  explicit Adamax(const RuleArgs& args) : moments_(args) {}
  void update(const Tensor& w, const Gradient& gradient, const Tensor& lr) override {
    const Tensor& g = gradient.values;
    moments_.advance();
    moments_.update_mean(g);
    Tensor& norm = moments_.square;
    at::maximum_out(norm, norm * moments_.beta2, gradient.size());
    const Tensor rate = lr / (1 - moments_.power1);
    w.sub_(moments_.mean * rate / (norm + moments_.epsilon));
  }
  std::vector<Tensor*> slots() override { return moments_.slots(); }

 private:
  Moments moments_;
};

class Nadam : public UpdateRule {
 public:
  explicit Nadam(const RuleArgs& args)
      : moments_(args),
        product_(at::ones_like(moments_.beta1, at::kDouble)),
        counts_(args.counts),
        shared_(args.profile.nadam_shared_product) {
    std::vector<double> bases;
    for (const OptimizerSpec* spec : args.specs) {
      const bool scheduled = args.profile.nadam_schedule_decay;
      bases.push_back(std::pow(0.96, scheduled ? option(*spec, "schedule_decay", 0.004) : 1.0));
    }
    base_ = at::tensor(bases, at::kDouble).to(args.like.device()).unsqueeze(1);
    fading_ = base_.clone();
  }
  void update(const Tensor& w, const Gradient& gradient, const Tensor& lr) override {
    const Tensor& g = gradient.values;
    const Tensor now = momentum();
    fading_.mul_(base_);
    const Tensor next = momentum();
    const Tensor product = products(now);
    moments_.advance();
    moments_.update_mean(g);
    moments_.update_square(gradient);
    const Tensor gradient_share = ((1 - now) / (1 - product)).to(at::kFloat);
    const Tensor mean_share = (next / (1 - product * next)).to(at::kFloat);
    const Tensor correction = 1 - moments_.power2;
    const Tensor direction = g * gradient_share + moments_.mean * mean_share;
    w.sub_(direction * lr / (moments_.square / correction).sqrt_().add_(moments_.epsilon));
  }
  std::vector<Tensor*> slots() override {
    auto slots = moments_.slots();
    slots.insert(slots.end(), {&product_, &base_, &fading_});
    return slots;
  }

 private:
  Tensor momentum() const { return moments_.beta1.to(at::kDouble) * (1 - fading_ * 0.5); }

  // The product of all momenta so far: [r, 1], or [r, P] where every weight has its own. Keras
  // 2.11 counts in Python, while fit's graph is traced (twice for a new model), how often the
  // product was computed. In the graph, the k-th of K weights therefore takes it as it is at step
  // k + K - 1 only (all from 0), and multiplies it once more at every other step.
  Tensor products(const Tensor& now) {
    if (!shared_) return product_.mul_(now);
    Tensors own;
    const std::int64_t step = moments_.step;
    for (std::size_t k = 0; k < counts_.size(); ++k) {
      if (static_cast<std::int64_t>(k + counts_.size()) != step + 1) product_.mul_(now);
      own.push_back(product_.expand({-1, counts_[k]}).clone());
    }
    return at::cat(own, 1);
  }

  Moments moments_;
  Tensor product_, base_, fading_;
  std::vector<std::int64_t> counts_;
  bool shared_;
};

class Ftrl : public UpdateRule {
 public:
  explicit Ftrl(const RuleArgs& args)
      : l1_(args.column("l1_regularization_strength", 0)),
        l2_(args.column("l2_regularization_strength", 0)),
        beta_(args.column("beta", 0)),
        lr_power_(args.column("learning_rate_power", -0.5)),
        sum_(args.zeros().add_(args.column("initial_accumulator_value", 0.1))),
        linear_(args.zeros()) {
    has_default_power_ = (lr_power_ == -0.5).all().item<bool>();
  }
  void update(const Tensor& w, const Gradient& gradient, const Tensor& lr) override {
    const Tensor& g = gradient.values;
    const Tensor before = root();
    sum_.add_(gradient.squared());
    const Tensor after = root();
    linear_.add_(g).sub_((after - before) / lr * w);
    const Tensor divisor = after / lr + (l2_ + beta_ / (lr * 2)) * 2;
    const Tensor moved = (linear_.sign() * l1_ - linear_) / divisor;
    w.copy_(at::where(linear_.abs() > l1_, moved, at::zeros_like(moved)));
  }
  std::vector<Tensor*> slots() override {
    return {&l1_, &l2_, &beta_, &lr_power_, &sum_, &linear_};
  }

 private:
  // The default power of -1/2 is a square root.
  Tensor root() const {
    return has_default_power_ ? sum_.sqrt() : at::exp(at::log(sum_) * -lr_power_);
  }
  bool has_default_power_;
  Tensor l1_, l2_, beta_, lr_power_, sum_, linear_;
};

class Lion : public UpdateRule {
 public:
  explicit Lion(const RuleArgs& args)
      : beta1_(args.column("beta_1", 0.9)),
        beta2_(args.column("beta_2", 0.99)),
        mean_(args.zeros()) {}
  void update(const Tensor& w, const Gradient& gradient, const Tensor& lr) override {
    const Tensor& g = gradient.values;
    w.sub_((mean_ * beta1_ + g * (1 - beta1_)).sign_() * lr);
    mean_.mul_(beta2_).add_(g * (1 - beta2_));
  }
  std::vector<Tensor*> slots() override { return {&beta1_, &beta2_, &mean_}; }

 private:
  Tensor beta1_, beta2_, mean_;
};

using Maker = std::function<std::unique_ptr<UpdateRule>(const RuleArgs&)>;

template <class Rule>
Maker maker() {
  return [](const RuleArgs& args) { return std::make_unique<Rule>(args); };
}

const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> kMakers{
      {"sgd", maker<Sgd>()},           {"rmsprop", maker<RmsProp>()}, {"adagrad", maker<Adagrad>()},
      {"adadelta", maker<Adadelta>()}, {"adam", maker<Adam>()},       {"adamw", maker<Adam>()},
      {"adamax", maker<Adamax>()},     {"nadam", maker<Nadam>()},     {"ftrl", maker<Ftrl>()},
      {"lion", maker<Lion>()}};
  return kMakers;
}

// What would change a training without a word.
void check_options(const OptimizerSpec& spec) {
  const auto rate = spec.options.find("learning_rate");
  if (rate != spec.options.end() && rate->is_object()) scheduled_rate(*rate, 0);
  if (flag(spec, "use_ema")) fail_as_unsupported("optimiser option use_ema is not supported");
  const auto refuse_unless = [&](const char* name, double neutral) {
    const double given = option(spec, name, neutral);
    if (given != neutral && given != 0) {
      fail_as_unsupported("optimiser option " + std::string(name) + " is not supported");
    }
  };
  refuse_unless("gradient_accumulation_steps", 1);
  refuse_unless("loss_scale_factor", 1);
  refuse_unless("l2_shrinkage_regularization_strength", 0);
}

}  // namespace

bool knows_optimizer(const std::string& name) { return makers().contains(name); }

std::unique_ptr<UpdateRule> make_rule(const Specs& specs, const Profile& profile,
                                      const Tensor& like, const std::vector<std::int64_t>& counts) {
  return makers().at(specs.at(0)->name)({specs, profile, like, counts});
}

UntouchedRows untouched_rows(const OptimizerSpec& spec) {
  const std::string& name = spec.name;
  if (name == "nadam") return UntouchedRows::kKeepsWeights;
  const bool has_momentum = option(spec, "momentum", 0) != 0;
  const bool fused = (name == "sgd" || name == "rmsprop") && has_momentum;
  const bool keeps = fused || name == "adadelta" || name == "adamax" || name == "ftrl";
  return keeps ? UntouchedRows::kKeepsAll : UntouchedRows::kUpdates;
}

GradientPower gradient_power(const std::string& optimizer) {
  if (optimizer == "adamax") return GradientPower::kSize;
  const bool linear = optimizer == "sgd" || optimizer == "lion";
  return linear ? GradientPower::kNone : GradientPower::kSquare;
}

std::string rule_key(const OptimizerSpec& spec) {
  std::string key = spec.name;
  if (option(spec, "momentum", 0) != 0) key += " momentum";
  for (const char* name : {"nesterov", "centered", "amsgrad"}) {
    if (flag(spec, name)) key += std::string(" ") + name;
  }
  return key;
}

void check_optimizer(const OptimizerSpec& spec, const Profile& profile) {
  if (!knows_optimizer(spec.name)) {
    std::string known;
    for (const auto& [name, make] : makers()) known += known.empty() ? name : ", " + name;
    fail_as_unsupported("optimiser '" + spec.name + "' is not supported; supported: " + known);
  }
  check_options(spec);
  int clips = 0;
  for (const char* name : {"clipnorm", "clipvalue", "global_clipnorm"}) {
    const auto found = spec.options.find(name);
    if (found != spec.options.end() && found->is_number()) ++clips;
  }
  if (clips > 1 && profile.two_clips_raise) {
    fail_as_crash("only one of clipnorm, clipvalue and global_clipnorm may be set");
  }
  if (option(spec, "decay", 0) != 0 && profile.decay_raises) {
    fail_as_crash("optimiser " + spec.name + ": the argument decay is no longer accepted");
  }
}

}  // namespace dlfix::trainer
