// The formulas of Keras's optimisers, each written once: for single numbers (a processor sweeps
// over the weights once) and for tensors (other devices). Sources: tf.keras 2.3-2.10 (TensorFlow's
// training_ops kernels), Keras 2.2-2.3.1, Keras 2.11 and later, Keras 3; which one holds is in
// Profile.
//
// Only elementwise operations with one rounding each: a weight's bits then do not depend on where
// it lies in a tensor.
//
// A formula has `kSlots` buffers beside each weight and `kScalars` numbers that hold for all
// weights of a replica in one step. `Replica` keeps what changes from step to step in one replica
// and gives those numbers: begin_step(), then scalars() for each weight k of `count`. `second` is
// what second moments (or maxima) take instead of the gradient's square (or size); may be null.
#pragma once

#include <cmath>

#include "trainer/spec/model_spec.h"
#include "trainer/torch/profile.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer::formulas {

inline constexpr double kEpsilon = 1e-7;

inline double option(const OptimizerSpec& spec, const char* name, double otherwise) {
  const auto found = spec.options.find(name);
  return found != spec.options.end() && found->is_number() ? found->get<double>() : otherwise;
}
inline float number(const OptimizerSpec& spec, const char* name, double otherwise) {
  return static_cast<float>(option(spec, name, otherwise));
}
inline float epsilon_of(const OptimizerSpec& spec) { return number(spec, "epsilon", kEpsilon); }

inline float root(float x) { return std::sqrt(x); }
inline float magnitude(float x) { return std::fabs(x); }
inline float sign_of(float x) { return static_cast<float>(x > 0) - static_cast<float>(x < 0); }
inline float larger(float a, float b) { return a > b || a != a ? a : b; }
inline float power(float x, float exponent) { return std::exp(std::log(x) * exponent); }
inline float where_beyond(float x, float bound, float value) {
  return magnitude(x) > bound ? value : 0.0F;
}

inline Tensor root(const Tensor& x) { return x.sqrt(); }
inline Tensor magnitude(const Tensor& x) { return x.abs(); }
inline Tensor sign_of(const Tensor& x) { return x.sign(); }
inline Tensor larger(const Tensor& a, const Tensor& b) { return at::maximum(a, b); }
inline Tensor power(const Tensor& x, const Tensor& exponent) {
  return at::exp(at::log(x) * exponent);
}
inline Tensor where_beyond(const Tensor& x, const Tensor& bound, const Tensor& value) {
  return at::where(x.abs() > bound, value, at::zeros_like(value));
}

template <class V>
V square_of(const V& g, const V* second) {
  return second != nullptr ? *second : g * g;
}

enum class Momentum { kNone, kPlain, kNesterov };

template <Momentum kMomentum>
struct Sgd {
  static constexpr int kSlots = kMomentum == Momentum::kNone ? 0 : 1;
  static constexpr int kScalars = 2;

  struct Replica {
    explicit Replica(const OptimizerSpec& spec, const Profile&)
        : momentum(number(spec, "momentum", 0)) {}
    void begin_step() {}
    void scalars(float lr, std::size_t, std::size_t, float* c) const {
      c[0] = lr;
      c[1] = momentum;
    }
    float momentum;
  };

  template <class V>
  static void step(V& w, V* slots, const V& g, const V*, const V* c) {
    const V move = g * c[0];
    if constexpr (kMomentum == Momentum::kNone) {
      w = w - move;
    } else {
      slots[0] = slots[0] * c[1] - move;
      w = w + (kMomentum == Momentum::kNesterov ? slots[0] * c[1] - move : slots[0]);
    }
  }
};

/// Slots: mean of squares, then the moving step, then the mean, as far as there are.
template <bool kMomentum, bool kCentered, bool kInside>
struct RmsProp {
  static constexpr int kSlots = 1 + (kMomentum ? 1 : 0) + (kCentered ? 1 : 0);
  static constexpr int kScalars = 5;

  struct Replica {
    Replica(const OptimizerSpec& spec, const Profile&)
        : rho(number(spec, "rho", 0.9)),
          momentum(number(spec, "momentum", 0)),
          epsilon(epsilon_of(spec)) {}
    void begin_step() {}
    void scalars(float lr, std::size_t, std::size_t, float* c) const {
      c[0] = lr;
      c[1] = rho;
      c[2] = 1 - rho;
      c[3] = momentum;
      c[4] = epsilon;
    }
    float rho, momentum, epsilon;
  };

  template <class V>
  static void step(V& w, V* slots, const V& g, const V* second, const V* c) {
    constexpr int kMean = kMomentum ? 2 : 1;
    slots[0] = slots[0] * c[1] + square_of(g, second) * c[2];
    V variance = slots[0];
    if constexpr (kCentered) {
      slots[kMean] = slots[kMean] * c[1] + g * c[2];
      variance = slots[0] - slots[kMean] * slots[kMean];
    }
    const V divisor = kInside ? root(V(variance + c[4])) : root(variance) + c[4];
    const V move = g * c[0] / divisor;
    if constexpr (kMomentum) {
      slots[1] = slots[1] * c[3] + move;
      w = w - slots[1];
    } else {
      w = w - move;
    }
  }
};

template <bool kInside>
struct Adagrad {
  static constexpr int kSlots = 1;
  static constexpr int kScalars = 2;

  struct Replica {
    Replica(const OptimizerSpec& spec, const Profile&)
        : initial(number(spec, "initial_accumulator_value", 0.1)), epsilon(epsilon_of(spec)) {}
    void begin_step() {}
    void scalars(float lr, std::size_t, std::size_t, float* c) const {
      c[0] = lr;
      c[1] = epsilon;
    }
    float initial, epsilon;
  };

  template <class V>
  static void step(V& w, V* slots, const V& g, const V* second, const V* c) {
    slots[0] = slots[0] + square_of(g, second);
    const V divisor = kInside ? root(V(slots[0] + c[1])) : root(slots[0]) + c[1];
    w = w - g * c[0] / divisor;
  }
};

struct Adadelta {
  static constexpr int kSlots = 2;
  static constexpr int kScalars = 4;

  struct Replica {
    Replica(const OptimizerSpec& spec, const Profile&)
        : rho(number(spec, "rho", 0.95)), epsilon(epsilon_of(spec)) {}
    void begin_step() {}
    void scalars(float lr, std::size_t, std::size_t, float* c) const {
      c[0] = lr;
      c[1] = rho;
      c[2] = 1 - rho;
      c[3] = epsilon;
    }
    float rho, epsilon;
  };

  template <class V>
  static void step(V& w, V* slots, const V& g, const V* second, const V* c) {
    slots[0] = slots[0] * c[1] + square_of(g, second) * c[2];
    const V ratio = root(V(slots[1] + c[3])) / root(V(slots[0] + c[3]));
    const V move = ratio * g;
    w = w - move * c[0];
    const V squared = second != nullptr ? V(ratio * ratio * *second) : V(move * move);
    slots[1] = slots[1] * c[1] + squared * c[2];
  }
};

/// What Adam's family keeps in a replica. Keras takes powers of single-precision betas, in single
/// precision: 1 - 0.999f^t has few digits.
struct Moments {
  Moments(const OptimizerSpec& spec, const Profile& profile)
      : beta1(number(spec, "beta_1", 0.9)),
        beta2(number(spec, "beta_2", 0.999)),
        epsilon(epsilon_of(spec)),
        rest1(rest(spec, profile, "beta_1", 0.9)),
        rest2(rest(spec, profile, "beta_2", 0.999)) {}

  void begin_step() {
    ++step;
    power1 = static_cast<float>(std::pow(double(beta1), double(step)));
    power2 = static_cast<float>(std::pow(double(beta2), double(step)));
  }

  // The new line subtracts in double precision (but for Nadam): 1 - 0.999f is 5e-5 off 0.001.
  static float rest(const OptimizerSpec& spec, const Profile& profile, const char* name,
                    double otherwise) {
    if (profile.legacy_optimizers || spec.name == "nadam") return 1 - number(spec, name, otherwise);
    return static_cast<float>(1 - option(spec, name, otherwise));
  }

  float beta1, beta2, epsilon;
  float rest1, rest2;  ///< 1 - beta as the moments take it
  float power1 = 1, power2 = 1;
  std::int64_t step = 0;
};

template <bool kAmsgrad>
struct Adam {
  static constexpr int kSlots = kAmsgrad ? 3 : 2;
  static constexpr int kScalars = 6;

  struct Replica : Moments {
    using Moments::Moments;
    void scalars(float lr, std::size_t, std::size_t, float* c) const {
      c[0] = lr * std::sqrt(1 - power2) / (1 - power1);
      c[1] = beta1;
      c[2] = rest1;
      c[3] = beta2;
      c[4] = rest2;
      c[5] = epsilon;
    }
  };

  template <class V>
  static void step(V& w, V* slots, const V& g, const V* second, const V* c) {
    slots[0] = slots[0] * c[1] + g * c[2];
    slots[1] = slots[1] * c[3] + square_of(g, second) * c[4];
    if constexpr (kAmsgrad) slots[2] = larger(slots[2], slots[1]);
    const V& square = slots[kAmsgrad ? 2 : 1];
    w = w - slots[0] * c[0] / (root(square) + c[5]);
  }
};

struct Adamax {
  static constexpr int kSlots = 2;
  static constexpr int kScalars = 5;

  struct Replica : Moments {
    using Moments::Moments;
    void scalars(float lr, std::size_t, std::size_t, float* c) const {
      c[0] = lr / (1 - power1);
      c[1] = beta1;
      c[2] = rest1;
      c[3] = beta2;
      c[4] = epsilon;
    }
  };

  template <class V>
  static void step(V& w, V* slots, const V& g, const V* second, const V* c) {
    slots[0] = slots[0] * c[1] + g * c[2];
    slots[1] = larger(V(slots[1] * c[3]), second != nullptr ? *second : V(magnitude(g)));
    w = w - slots[0] * c[0] / (slots[1] + c[4]);
  }
};

struct Nadam {
  static constexpr int kSlots = 2;
  static constexpr int kScalars = 9;

  struct Replica : Moments {
    Replica(const OptimizerSpec& spec, const Profile& profile)
        : Moments(spec, profile), multiplies_anew(profile.nadam_shared_product) {
      const double decay = profile.nadam_schedule_decay ? option(spec, "schedule_decay", 0.004) : 1;
      base = std::pow(0.96, decay);
      fading = base;
    }

    void begin_step() {
      now = momentum();
      fading *= base;
      next = momentum();
      if (!multiplies_anew) product *= now;
      Moments::begin_step();
    }

    // The product of all momenta so far. Keras 2.11 counts in Python, while fit's graph is traced
    // (twice for a new model), how often the product was computed. In the graph, the k-th of K
    // weights therefore takes it as it is at step k + K - 1 only (all from 0), and multiplies it
    // once more at every other step.
    void scalars(float lr, std::size_t weight, std::size_t weights, float* c) {
      if (multiplies_anew && static_cast<std::int64_t>(weight + weights) != step) product *= now;
      c[0] = lr;
      c[1] = beta1;
      c[2] = rest1;
      c[3] = beta2;
      c[4] = rest2;
      c[5] = epsilon;
      c[6] = static_cast<float>((1 - now) / (1 - product));
      c[7] = static_cast<float>(next / (1 - product * next));
      c[8] = 1 - power2;
    }

    double momentum() const { return double(beta1) * (1 - fading * 0.5); }

    bool multiplies_anew;
    double base = 1, fading = 1, now = 0, next = 0, product = 1;
  };

  template <class V>
  static void step(V& w, V* slots, const V& g, const V* second, const V* c) {
    slots[0] = slots[0] * c[1] + g * c[2];
    slots[1] = slots[1] * c[3] + square_of(g, second) * c[4];
    const V direction = g * c[6] + slots[0] * c[7];
    w = w - direction * c[0] / (root(V(slots[1] / c[8])) + c[5]);
  }
};

/// The default power of -1/2 is a square root.
template <bool kDefaultPower>
struct Ftrl {
  static constexpr int kSlots = 2;
  static constexpr int kScalars = 4;

  struct Replica {
    Replica(const OptimizerSpec& spec, const Profile&)
        : initial(number(spec, "initial_accumulator_value", 0.1)),
          l1(number(spec, "l1_regularization_strength", 0)),
          l2(number(spec, "l2_regularization_strength", 0)),
          beta(number(spec, "beta", 0)),
          lr_power(number(spec, "learning_rate_power", -0.5)) {}
    void begin_step() {}
    void scalars(float lr, std::size_t, std::size_t, float* c) const {
      c[0] = lr;
      c[1] = l1;
      c[2] = (l2 + beta / (lr * 2)) * 2;
      c[3] = -lr_power;
    }
    float initial, l1, l2, beta, lr_power;
  };

  template <class V>
  static V accumulated(const V& sum, const V& exponent) {
    if constexpr (kDefaultPower) return root(sum);
    return power(sum, exponent);
  }

  template <class V>
  static void step(V& w, V* slots, const V& g, const V* second, const V* c) {
    const V before = accumulated(slots[0], c[3]);
    slots[0] = slots[0] + square_of(g, second);
    const V after = accumulated(slots[0], c[3]);
    slots[1] = slots[1] + g - (after - before) / c[0] * w;
    const V divisor = after / c[0] + c[2];
    w = where_beyond(slots[1], c[1], V((sign_of(slots[1]) * c[1] - slots[1]) / divisor));
  }
};

struct Lion {
  static constexpr int kSlots = 1;
  static constexpr int kScalars = 5;

  struct Replica {
    Replica(const OptimizerSpec& spec, const Profile&)
        : beta1(number(spec, "beta_1", 0.9)), beta2(number(spec, "beta_2", 0.99)) {}
    void begin_step() {}
    void scalars(float lr, std::size_t, std::size_t, float* c) const {
      c[0] = lr;
      c[1] = beta1;
      c[2] = 1 - beta1;
      c[3] = beta2;
      c[4] = 1 - beta2;
    }
    float beta1, beta2;
  };

  template <class V>
  static void step(V& w, V* slots, const V& g, const V*, const V* c) {
    w = w - sign_of(V(slots[0] * c[1] + g * c[2])) * c[0];
    slots[0] = slots[0] * c[3] + g * c[4];
  }
};

}  // namespace dlfix::trainer::formulas
