// Any bytes as an endpoint's answer: the first byte chooses the status.
#include <cstddef>
#include <cstdint>

#include "providers/openai_chat.h"
#include "providers/retry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  using namespace dlfix::providers;
  constexpr int kStatuses[] = {200, 400, 401, 429, 500, 503};
  HttpResponse response;
  response.status = kStatuses[data[0] % 6];
  response.body.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  response.headers["retry-after"] = response.body.substr(0, 30);
  const OpenAiEndpoint endpoint;
  openai_reply(endpoint, response);
  refuses_temperature(response);
  retry_delay(response, 1, endpoint.retry, 0.5);
  ends_the_run(response);
  return 0;
}
