#include "eval/localisers/deepdiagnosis/observations.h"

#include <map>

#include "eval/localisers/model_outline.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

class Observer {
 public:
  Observer(const mapping::Program& program, const trainer::TrainingResult& result)
      : outline_(outline_of(program)), result_(result), table_(result.trace->checks) {
    for (std::size_t i = 0; i < table_.names.size(); ++i) places_[table_.names[i]] = i;
    tensors_ = gradient_tensors(table_);
  }

  std::vector<EpochObservation> all() const {
    std::vector<EpochObservation> observations;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      // Checks within an epoch are somebody else's.
      if (at("batch", row) >= 0) continue;
      observations.push_back(observe(row));
    }
    return observations;
  }

 private:
  double at(const std::string& name, std::size_t row) const {
    const auto found = places_.find(name);
    if (found == places_.end()) {
      throw support::InputError("the trace has no column '" + name + "'");
    }
    return table_.columns[found->second].at(row);
  }

  EpochObservation observe(std::size_t row) const {
    EpochObservation seen;
    const auto epoch = static_cast<std::size_t>(at("epoch", row));
    seen.loss = result_.epochs.at(epoch).loss;
    seen.accuracy = result_.epochs.at(epoch).metric;
    for (const TensorName& tensor : tensors_) {
      const auto number = [&](const char* statistic) {
        return at(trainer::trace_column("gradients", tensor.layer, tensor.weight, statistic), row);
      };
      seen.gradients.push_back({tensor.layer, number("mean"), number("mean_abs"), number("norm")});
    }
    for (const OutlineLayer& layer : outline_) seen.layers.push_back(layer_at(layer.index, row));
    return seen;
  }

  LayerObservation layer_at(int index, std::size_t row) const {
    LayerObservation layer;
    const auto output = [&](const char* statistic) {
      return at(trainer::trace_column("outputs", index, "", statistic), row);
    };
    layer.output_mean = output("mean");
    layer.output_min = output("min");
    layer.output_max = output("max");
    layer.nonpositive = output("nonpositive");
    layer.saturated = output("saturated");
    const std::string weight = kernel_of(table_, index);
    if (weight.empty()) return layer;
    layer.has_kernel = true;
    const auto kernel = [&](const char* statistic) {
      return at(trainer::trace_column("weights", index, weight, statistic), row);
    };
    layer.kernel_mean = kernel("mean");
    layer.kernel_deviation = kernel("std");
    layer.kernel_norm = kernel("norm");
    for (std::size_t k = 0; k < tensors_.size(); ++k) {
      if (tensors_[k].layer == index && tensors_[k].weight == weight) layer.kernel_gradient = k;
    }
    return layer;
  }

  std::vector<OutlineLayer> outline_;
  const trainer::TrainingResult& result_;
  const trainer::TraceTable& table_;
  std::map<std::string, std::size_t> places_;
  std::vector<TensorName> tensors_;
};

}  // namespace

// "gradients/3/kernel/mean" is of layer 3's "kernel".
std::vector<TensorName> gradient_tensors(const trainer::TraceTable& table) {
  const std::string kind = "gradients/";
  const std::string last = "/mean";
  std::vector<TensorName> names;
  for (const std::string& column : table.names) {
    if (!column.starts_with(kind) || !column.ends_with(last)) continue;
    const std::size_t slash = column.find('/', kind.size());
    names.push_back({std::stoi(column.substr(kind.size(), slash - kind.size())),
                     column.substr(slash + 1, column.size() - last.size() - slash - 1)});
  }
  return names;
}

std::string kernel_of(const trainer::TraceTable& table, int layer) {
  for (const char* weight : {"kernel", "depthwise_kernel", "embeddings", "gamma"}) {
    if (table.has(trainer::trace_column("weights", layer, weight, "mean"))) return weight;
  }
  return "";
}

trainer::TraceSpec deepdiagnosis_trace(std::int64_t rows) {
  trainer::TraceSpec spec;
  spec.weights = spec.gradients = spec.outputs = true;
  spec.every_epochs = 1;
  spec.probe_rows = rows;
  return spec;
}

std::vector<EpochObservation> observe_epochs(const mapping::Program& program,
                                             const trainer::TrainingResult& result) {
  if (!result.trace) throw support::InputError("the training has no trace");
  return Observer(program, result).all();
}

}  // namespace dlfix::eval
