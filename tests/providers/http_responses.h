// What a server might have answered.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "providers/http.h"

namespace dlfix::providers {

inline HttpResponse response_of(int status, std::map<std::string, std::string> headers = {},
                                std::string body = "") {
  HttpResponse response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::move(body);
  return response;
}

}  // namespace dlfix::providers
