"""python3 -m dlfix_keras_worker: trains Keras models for dlfix-agent (trainer/worker/PROTOCOL.md)."""

import argparse
import os
import signal
import sys

from . import devices, installed, program_objects
from .conversation import Outbox, serve
from .worker import Worker


def parse(arguments):
    own, program_arguments = arguments, []
    if "--" in arguments:
        place = arguments.index("--")
        own, program_arguments = arguments[:place], arguments[place + 1:]
    parser = argparse.ArgumentParser(prog="dlfix_keras_worker", description=__doc__)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N")
    for name in ("--memory-share", "--memory-bytes", "--memory-most"):
        parser.add_argument(name, type=float, default=0, help="not used: Keras takes what it needs")
    parser.add_argument("--version", action="store_true", help="print what would train, import nothing")
    program_objects.add_options(parser)
    options = parser.parse_args(own)
    options.arguments = program_arguments
    return options


def take_standard_output():
    """Keeps standard output for the protocol: what Keras and programs print goes to standard error."""
    sys.stdout.flush()
    descriptor = os.dup(1)
    os.dup2(2, 1)
    return descriptor


def main():
    # Ctrl-C is for the process that started us: it cancels, then closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    options = parse(sys.argv[1:])
    protocol = take_standard_output()
    found = installed.families()
    problem = installed.problem(found)
    if problem:
        print("{}: {}".format(sys.executable, problem), file=sys.stderr)
        return 3
    if options.version:
        os.write(protocol, (" + ".join(family.title for family in found) + "\n").encode())
        return 0
    own = program_objects.make(options)
    installed.use_tensorflow()
    try:
        device = devices.use(options.device)
    except devices.NoDevice as error:
        print(error, file=sys.stderr)
        return 2
    found[0].keras  # noqa: B018 (imported now: a Keras that cannot be is no trainer)
    serve(found[0].title, device, Worker(found, device, own).train, sys.stdin.buffer, Outbox(protocol))
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # threads of TensorFlow are not waited for
