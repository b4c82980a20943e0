# Shared by the scripts of this folder: what is needed, installing it, building.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# What building and running takes on Debian 12. python3-sklearn and python3-pandas are what the sample
# programs import; dlfix-agent itself needs python3 and numpy.
packages=(
  g++ cmake ninja-build ccache pkg-config
  nlohmann-json3-dev libspdlog-dev libfmt-dev libcli11-dev libsqlitecpp-dev libsqlite3-dev
  libcurl4-openssl-dev libssl-dev zlib1g-dev libtomlplusplus-dev libcpp-httplib-dev libgtest-dev libgmock-dev
  libeigen3-dev
  python3 python3-numpy python3-sklearn python3-pandas patch ca-certificates
)
# Debian's LibTorch; libopenblas0 because the reference BLAS is tens of times slower.
torch_packages=(libtorch-dev libopenblas0)

say() { printf '%s\n' "$*" >&2; }

# Prints those of its arguments that are not installed.
not_installed() {
  local package
  for package in "$@"; do
    case "$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null)" in
      ii*) ;;
      *) printf '%s\n' "$package" ;;
    esac
  done
}

# Installs what is missing of its arguments; without the right to, names it and stops (exit 3).
install_packages() {
  local wanted run=()
  mapfile -t wanted < <(not_installed "$@")
  [ ${#wanted[@]} -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    say "error: these packages are missing and this is no Debian system: ${wanted[*]}"
    exit 3
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; }; then
      run=(sudo)
    else
      say "error: packages are missing and neither root nor sudo is at hand. As root, run:"
      say "  apt-get update && apt-get install --no-install-recommends ${wanted[*]}"
      exit 3
    fi
  fi
  say "installing: ${wanted[*]}"
  local log
  log=$(mktemp)
  if ! { "${run[@]}" apt-get update && "${run[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${wanted[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    say "error: installing failed (log: $log)"
    exit 3
  fi
  rm -f "$log"
}

# Arguments of cmake for --torch PATH|cuda; sets torch_arguments and build.
# cuda: the LibTorch of the PyTorch that python3 imports.
choose_torch() {
  torch_arguments=()
  build="$root/build"
  case "${1:-}" in
    "") ;;
    cuda)
      local found
      found=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))' 2>/dev/null) || {
        say "error: --torch cuda: python3 cannot import torch"
        say "  remedy: pip install torch, or give the folder of a LibTorch: --torch PATH"
        exit 3
      }
      torch_arguments=("-DDLFIX_TORCH=$found")
      build="$root/build-torch"
      ;;
    *)
      [ -d "$1" ] || { say "error: --torch $1: no such folder"; exit 2; }
      torch_arguments=("-DDLFIX_TORCH=$(cd "$1" && pwd)")
      build="$root/build-torch"
      ;;
  esac
}

# build_targets TARGET...: configures once, then builds; prints only when something goes wrong or has to be
# done. Needs choose_torch before.
build_targets() {
  local log="$build/build.log"
  if [ ! -f "$build/build.ninja" ]; then
    say "configuring (Release) in $build"
    mkdir -p "$build"
    if ! cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DDLFIX_UNITY=ON "${torch_arguments[@]}" \
      >"$log" 2>&1; then
      tail -n 30 "$log" >&2
      say "error: configuring failed (log: $log)"
      exit 3
    fi
  fi
  if ! ninja -C "$build" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
    say "building $*"
    if ! ninja -C "$build" "$@" >"$log" 2>&1; then
      grep -E 'error|FAILED' "$log" | head -n 30 >&2
      tail -n 5 "$log" >&2
      say "error: the build failed (log: $log)"
      exit 3
    fi
  fi
}
