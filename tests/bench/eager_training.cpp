#include "tests/bench/eager_training.h"

#include <torch/torch.h>

#include "tests/bench/eager_model.h"
#include "trainer/support/errors.h"
#include "trainer/support/npy.h"

namespace dlfix::bench {
namespace {

using at::Tensor;

Tensor load_part(const trainer::ArrayRef& reference) {
  const auto array = support::NpyArray::open(reference.path);
  Tensor numbers = torch::empty(array.shape(), torch::kDouble);
  const std::vector<double> values = array.to_double(0, array.rows());
  std::copy(values.begin(), values.end(), numbers.data_ptr<double>());
  return numbers.to(torch::kFloat);
}

Tensor load(const std::vector<trainer::ArrayRef>& parts,
            const std::optional<std::vector<std::int64_t>>& rows) {
  std::vector<Tensor> loaded;
  for (const auto& part : parts) loaded.push_back(load_part(part));
  Tensor whole = torch::cat(loaded, 0);
  if (!rows) return whole;
  return whole.index_select(0, torch::tensor(*rows, torch::kLong));
}

// The rule that LibTorch's C++ side lacks, as its Python side writes it.
class Adadelta {
 public:
  Adadelta(std::vector<Tensor> parameters, double rate)
      : parameters_(std::move(parameters)), rate_(rate) {
    for (const Tensor& parameter : parameters_) {
      square_.push_back(torch::zeros_like(parameter));
      moved_.push_back(torch::zeros_like(parameter));
    }
  }
  void step() {
    torch::NoGradGuard no_gradient;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const Tensor g = parameters_[i].grad();
      square_[i].mul_(kRho).addcmul_(g, g, 1 - kRho);
      const Tensor root = square_[i].add(kEpsilon).sqrt_();
      const Tensor move = moved_[i].add(kEpsilon).sqrt_().div_(root).mul_(g);
      moved_[i].mul_(kRho).addcmul_(move, move, 1 - kRho);
      parameters_[i].add_(move, -rate_);
    }
  }

 private:
  static constexpr double kRho = 0.95;
  static constexpr double kEpsilon = 1e-7;
  std::vector<Tensor> parameters_, square_, moved_;
  double rate_;
};

// A step of the optimiser of that name.
std::function<void()> make_step(const trainer::OptimizerSpec& spec,
                                std::vector<Tensor> parameters) {
  namespace optim = torch::optim;
  const double rate = spec.learning_rate;
  const auto keep = [](auto optimiser) { return [optimiser] { optimiser->step(); }; };
  if (spec.name == "sgd") {
    const double momentum = spec.options.value("momentum", 0.0);
    return keep(
        std::make_shared<optim::SGD>(parameters, optim::SGDOptions(rate).momentum(momentum)));
  }
  if (spec.name == "adam") {
    return keep(std::make_shared<optim::Adam>(parameters, optim::AdamOptions(rate)));
  }
  if (spec.name == "rmsprop") {
    return keep(
        std::make_shared<optim::RMSprop>(parameters, optim::RMSpropOptions(rate).alpha(0.9)));
  }
  if (spec.name == "adagrad") {
    return keep(std::make_shared<optim::Adagrad>(parameters, optim::AdagradOptions(rate)));
  }
  if (spec.name == "adadelta") return keep(std::make_shared<Adadelta>(parameters, rate));
  throw support::InputError("the eager loop has no optimiser '" + spec.name + "'",
                            "take another subject");
}

}  // namespace

struct EagerTraining::Impl {
  Tensor x, y;
  EagerModel model;
  std::vector<Tensor> parameters;
  std::function<void()> step;
  std::int64_t batch = 0, epochs = 0;
};

EagerTraining::EagerTraining(const trainer::TrainingRequest& request, const at::Device& device)
    : impl_(std::make_unique<Impl>()) {
  impl_->x = load(request.train.inputs.at(0), request.train.rows);
  impl_->y = load(request.train.labels, request.train.rows);
  if (impl_->x.dim() == 4) impl_->x = impl_->x.permute({0, 3, 1, 2}).contiguous();
  impl_->x = impl_->x.to(device);
  impl_->y = impl_->y.to(device);
  impl_->model = make_eager_model(request);
  impl_->model.weights->to(device);
  impl_->parameters = impl_->model.weights->parameters();
  impl_->step = make_step(request.compile.optimizer, impl_->parameters);
  impl_->batch = request.fit.batch_size;
  impl_->epochs = request.fit.epochs;
}

EagerTraining::~EagerTraining() = default;

double EagerTraining::fit() {
  const std::int64_t rows = impl_->x.size(0);
  double mean = 0;
  for (std::int64_t epoch = 0; epoch < impl_->epochs; ++epoch) {
    const Tensor order = torch::randperm(rows, impl_->x.options().dtype(torch::kLong));
    Tensor sum = torch::zeros({}, impl_->x.options());
    for (std::int64_t first = 0; first < rows; first += impl_->batch) {
      const Tensor index = order.narrow(0, first, std::min(impl_->batch, rows - first));
      const Tensor output = impl_->model.forward(impl_->x.index_select(0, index));
      const Tensor loss = impl_->model.total_loss(output, impl_->y.index_select(0, index));
      for (Tensor& parameter : impl_->parameters) parameter.mutable_grad() = Tensor();
      loss.backward();
      impl_->step();
      sum += loss.detach() * double(index.size(0));
    }
    mean = sum.item<double>() / double(rows);
  }
  return mean;
}

}  // namespace dlfix::bench
