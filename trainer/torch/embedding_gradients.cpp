#include "trainer/torch/embedding_gradients.h"

#include <algorithm>

namespace dlfix::trainer {
namespace {

const WeightPlace* table_of(const Network& network, std::size_t layer) {
  for (const WeightPenalty& penalty : network.penalties()) {
    if (penalty.place.layer == layer) return nullptr;
  }
  for (const WeightPlace& place : network.trainable()) {
    if (place.layer == layer) return &place;
  }
  return nullptr;
}

}  // namespace

std::vector<EmbeddingGradient> embedding_gradients(const Network& network,
                                                   const std::vector<GatheredRows>& gathered,
                                                   const Tensors& gradients) {
  std::vector<EmbeddingGradient> embeddings;
  for (std::size_t i = 0; i < gathered.size(); ++i) {
    const WeightPlace* place = table_of(network, gathered[i].layer);
    if (place == nullptr || !gradients[i].defined()) continue;
    const std::int64_t replicas = network.replicas();
    const Tensor ids = gathered[i].ids.reshape({replicas, -1});
    const Tensor rows = gradients[i].reshape({replicas, ids.size(1), -1});
    const auto known = std::find_if(
        embeddings.begin(), embeddings.end(),
        [&](const EmbeddingGradient& other) { return other.place.layer == place->layer; });
    if (known == embeddings.end()) {
      embeddings.push_back({*place, ids, rows});
    } else {
      known->ids = at::cat({known->ids, ids}, 1);
      known->rows = at::cat({known->rows, rows}, 1);
    }
  }
  return embeddings;
}

Tensor summed_rows(const EmbeddingGradient& embedding, const Tensor& rows) {
  const std::int64_t replicas = rows.size(0);
  const std::int64_t width = rows.size(2);
  const std::int64_t size = embedding.place.count / width;
  Tensor table = at::zeros({replicas, size, width}, rows.options());
  for (std::int64_t r = 0; r < replicas; ++r) table[r].index_add_(0, embedding.ids[r], rows[r]);
  return table.reshape({replicas, -1});
}

Tensor touched_numbers(const std::vector<EmbeddingGradient>& embeddings, const Tensor& parameters) {
  Tensor touched = at::ones(parameters.sizes(), parameters.options().dtype(at::kBool));
  for (const EmbeddingGradient& embedding : embeddings) {
    const Tensor counts = summed_rows(embedding, at::ones_like(embedding.rows));
    touched.narrow(1, embedding.place.offset, embedding.place.count).copy_(counts > 0);
  }
  return touched;
}

}  // namespace dlfix::trainer
