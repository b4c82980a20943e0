// Writes the page of the made-up comparison: make_sample_page FILE
#include <fstream>
#include <iostream>

#include "agent/compare/comparison_page.h"
#include "tests/agent/compare/sample_comparison.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "make_sample_page FILE\n";
    return 2;
  }
  std::ofstream out(argv[1], std::ios::binary);
  out << dlfix::agent::to_html(dlfix::agent::SampleComparison().make());
  return out.flush() ? 0 : 1;
}
