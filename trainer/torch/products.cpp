#include "trainer/torch/products.h"

#include <dlfcn.h>

#include <algorithm>

#include "trainer/torch/row_kernels.h"
#include "trainer/torch/small_product.h"
#include "trainer/torch/sparse_product.h"

namespace dlfix::trainer {
namespace {

using Sgemm = void (*)(const char* trans_a, const char* trans_b, const int* m, const int* n,
                       const int* k, const float* alpha, const float* a, const int* lda,
                       const float* b, const int* ldb, const float* beta, float* c, const int* ldc);

// The BLAS that LibTorch itself has loaded; nullptr where it hides it.
Sgemm blas_product() {
  static const Sgemm kProduct = reinterpret_cast<Sgemm>(dlsym(RTLD_DEFAULT, "sgemm_"));
  return kProduct;
}

// One replica's matrix in rows without gaps between the columns.
struct Matrix {
  const float* data;
  bool transposed = false;
  int columns;  ///< as stored
};

MatrixView view_of(const Matrix& m) {
  return m.transposed ? MatrixView{m.data, 1, m.columns} : MatrixView{m.data, m.columns, 1};
}

// C (m x n) = A B, added to C when `adds`, all stored by rows: for BLAS, which counts by columns,
// C^T = B^T A^T.
void multiply(const Matrix& a, const Matrix& b, float* c, int m, int n, int k, bool adds) {
  if (is_small_product(m, n, k)) return small_product(view_of(a), view_of(b), c, m, n, k, adds);
  const char plain = 'N';
  const char turned = 'T';
  const float alpha = 1;
  const float beta = adds ? 1 : 0;
  blas_product()(b.transposed ? &turned : &plain, a.transposed ? &turned : &plain, &n, &m, &k,
                 &alpha, b.data, &b.columns, a.data, &a.columns, &beta, c, &n);
}

bool by_rows(const Tensor& t) {
  return t.stride(2) == 1 && t.stride(1) == t.size(2) && t.size(1) > 0;
}

bool calls_blas(const Tensor& x) { return x.is_cpu() && blas_product() != nullptr; }

Tensor dense(const Tensor& t) { return by_rows(t) ? t : t.contiguous(); }

const float* replica_of(const Tensor& t, std::int64_t r) {
  return t.data_ptr<float>() + r * t.stride(0);
}

int extent(const Tensor& t, std::int64_t dimension) { return static_cast<int>(t.size(dimension)); }

Tensor batched_product(const Tensor& x, const Tensor& w, const Tensor& addend) {
  return addend.defined() ? at::baddbmm(addend, x, w) : at::bmm(x, w);
}

// Writes x w to z [R, n, O], or adds it.
Tensor multiply_replicas(const Tensor& x, const Tensor& w, Tensor z, bool adds) {
  const Tensor rows = dense(x);
  const Tensor kernel = dense(w);
  for (std::int64_t r = 0; r < x.size(0); ++r) {
    if (const auto sparse = sparse_rows(replica_of(rows, r), x.size(1), x.size(2))) {
      float* const own = z.data_ptr<float>() + r * z.stride(0);
      if (!adds) std::fill_n(own, z.stride(0), 0.0F);
      sparse_product(*sparse, replica_of(kernel, r), own, w.size(2));
      continue;
    }
    multiply({replica_of(rows, r), false, extent(x, 2)},
             {replica_of(kernel, r), false, extent(w, 2)}, z.data_ptr<float>() + r * z.stride(0),
             extent(x, 1), extent(w, 2), extent(x, 2), adds);
  }
  return z;
}

Tensor product(const Tensor& x, const Tensor& w, const Tensor& addend) {
  const Tensor z = at::empty({x.size(0), x.size(1), w.size(2)}, x.options());
  if (addend.defined()) z.copy_(addend);
  return multiply_replicas(x, w, z, addend.defined());
}

// The gradients of x and w.
torch::autograd::variable_list product_gradients(torch::autograd::AutogradContext* context,
                                                 const Tensor& dy) {
  const auto saved = context->get_saved_variables();
  Tensor kernel = at::empty(saved[1].sizes(), dy.options());
  write_product_gradient(saved[0], dy, kernel);
  return {input_gradient(dy, saved[1]), kernel};
}

struct RecordedProduct : torch::autograd::Function<RecordedProduct> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x,
                        const Tensor& w) {
    context->save_for_backward({x, w});
    return product(x, w, {});
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    return product_gradients(context, gradients[0]);
  }
};

struct RecordedSum : torch::autograd::Function<RecordedSum> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, const Tensor& w,
                        const Tensor& addend) {
    context->save_for_backward({x, w});
    context->saved_data["shared"] = addend.size(1) != x.size(1);
    return product(x, w, addend);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const Tensor& dy = gradients[0];
    auto all = product_gradients(context, dy);
    all.push_back(context->saved_data["shared"].toBool() ? dy.sum(1, true) : dy);
    return all;
  }
};

}  // namespace

Tensor affine(const Tensor& x, const Tensor& w, const Tensor& bias) {
  if (!calls_blas(x)) return batched_product(x, w, bias.defined() ? bias.unsqueeze(1) : bias);
  if (!bias.defined()) return product(x, w, {});
  return multiply_replicas(x, w, repeat_rows(bias, x.size(1)), true);
}

Tensor recorded_product(const Tensor& x, const Tensor& w, const Tensor& addend) {
  if (!calls_blas(x)) return batched_product(x, w, addend);
  const bool adds = addend.defined();
  const bool records = at::GradMode::is_enabled() &&
                       (x.requires_grad() || w.requires_grad() || (adds && addend.requires_grad()));
  if (!records) return product(x, w, addend);
  return adds ? RecordedSum::apply(x, w, addend) : RecordedProduct::apply(x, w);
}

void write_product_gradient(const Tensor& x, const Tensor& dy, const Tensor& gradient) {
  if (!calls_blas(x) || !by_rows(gradient)) {
    gradient.copy_(at::bmm(x.transpose(1, 2), dy));
    return;
  }
  const Tensor rows = dense(x);
  const Tensor out = dense(dy);
  for (std::int64_t r = 0; r < x.size(0); ++r) {
    float* const own = gradient.data_ptr<float>() + r * gradient.stride(0);
    const auto sparse = sparse_rows(replica_of(rows, r), x.size(1), x.size(2));
    // 0 * NaN is NaN: a training that diverges loses all of its weights at once, as in Keras.
    if (sparse && all_finite(replica_of(out, r), dy.size(1) * dy.size(2))) {
      sparse_gradient(*sparse, replica_of(out, r), own, dy.size(2));
      continue;
    }
    multiply({replica_of(rows, r), true, extent(x, 2)}, {replica_of(out, r), false, extent(dy, 2)},
             own, extent(x, 2), extent(dy, 2), extent(x, 1), false);
  }
}

void write_bias_gradient(const Tensor& dy, const Tensor& gradient) {
  if (has_row_kernels(dy)) return sum_rows(dy, gradient);
  gradient.copy_(dy.sum(1));
}

Tensor input_gradient(const Tensor& dy, const Tensor& w) {
  if (!calls_blas(dy)) return at::bmm(dy, w.transpose(1, 2));
  const Tensor out = dense(dy);
  const Tensor kernel = dense(w);
  Tensor dx = at::empty({dy.size(0), dy.size(1), w.size(1)}, dy.options());
  for (std::int64_t r = 0; r < dy.size(0); ++r) {
    multiply({replica_of(out, r), false, extent(dy, 2)},
             {replica_of(kernel, r), true, extent(w, 2)}, dx.data_ptr<float>() + r * dx.stride(0),
             extent(dy, 1), extent(w, 1), extent(dy, 2), false);
  }
  return dx;
}

}  // namespace dlfix::trainer
