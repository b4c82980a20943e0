"""Mutated programs of the corpus through `inspect`, under limits: a document or one ProbeError, never anything else.

python3 mutate.py SECONDS [SEED]. Each batch runs in a process of its own (2 GB of memory, 10 s a program); a mutant
that crashes, hangs or raises anything else is printed and kept in the current folder.
"""

import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback

import corpus

_BATCH = 100
_SECONDS = 10
_WORDS = ["model", "Dense", "(", ")", "[", "]", "{", "}", ":", ",", "**", "*", "=", "lambda x: x", "for i in range(9 ** 9):",
          "while True:", "10 ** 10 ** 6", "'a' * 10 ** 9", "[0] * 10 ** 9", "yield", "await x", "def f():", "class A(A):",
          "import model", "from . import *", "model.add(model)", "model = model.layers", "x = x(x)", "f = f()", "\0", "é",
          "\t", "\r", "nan", "1e999", "-1", "None", "True", "...", "async def g(): pass", "match x:\n case 1: pass",
          "globals()", "del model", "return", "break", "raise", "exit()", "f'{x!r:{y}}'", "0x" + "f" * 5000,
          "(" * 150 + ")" * 150, "-" * 3000 + "1", "a" + ".b" * 2000, "[" * 90 + "]" * 90]


class Hang(Exception):
    pass


def mutant(generator, text, texts):
    """A changed text."""
    for _ in range(generator.randint(1, 4)):
        lines = text.split("\n")
        kind = generator.randrange(8)
        place = generator.randrange(len(lines))
        if kind == 0:
            del lines[place]
        elif kind == 1:
            lines.insert(place, generator.choice(lines))
        elif kind == 2:
            other = generator.randrange(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        elif kind == 3:
            lines.insert(place, generator.choice(_WORDS))
        elif kind == 4:
            lines[place] = generator.choice(["    ", "\t", " "]) * generator.randint(0, 3) + lines[place].strip()
        elif kind == 5:
            other = generator.choice(texts).split("\n")
            start = generator.randrange(len(other))
            lines[place:place] = other[start:start + generator.randint(1, 8)]
        else:
            line = lines[place]
            at = generator.randint(0, len(line))
            cut = generator.randint(0, 6) if kind == 6 else 0
            lines[place] = line[:at] + generator.choice(_WORDS) * (kind == 7) + line[at + cut:]
        text = "\n".join(lines) or "x"
    return text


def _over(*_arguments):
    raise Hang()


def check(text, folder, name="program.py"):
    """None, or what went wrong with the text."""
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    signal.signal(signal.SIGALRM, _over)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        corpus.inspect_program(path)
    except corpus.ProbeError as error:
        if "\n" in error.message.strip() or not error.message:
            return "no one-line message: %r" % error.message
    except Hang:
        return "no answer within %d s" % _SECONDS
    except BaseException as error:
        return "%s: %s" % (type(error).__name__, str(error)[:200])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return None


def batch(seed, count, report):
    """Checks `count` mutants of one seed; `report(problem, text)` for each that fails."""
    generator = random.Random(seed)
    programs = [program for program in corpus.programs() if "notebook" not in program.options]
    texts = [program.text for program in programs]
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(count):
            text = mutant(generator, generator.choice(texts), texts)
            problem = check(text, folder)
            if problem:
                report(problem, text)


_PIECES = [b'"', b"\\", b"\\n", b"{", b"}", b"[", b"]", b",", b"\\u00", b"\xff", b"null", b"1e999", b'"source": ', b'"cells": [']


def notebook_batch(seed, count, report):
    """The same for the bytes of notebooks."""
    generator = random.Random(seed)
    notebooks = [program.content() for program in corpus.programs() if "notebook" in program.options]
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(count):
            raw = bytearray(generator.choice(notebooks))
            for _ in range(generator.randint(1, 4)):
                at = generator.randrange(len(raw) or 1)
                kind = generator.randrange(4)
                if kind == 0:
                    del raw[at:at + generator.randint(1, 30)]
                elif kind == 1:
                    raw[at:at] = generator.choice(_PIECES)
                elif kind == 2:
                    raw[at:at + 1] = bytes([generator.randrange(256)])
                elif generator.random() < 0.2:
                    del raw[at:]
            problem = check(bytes(raw), folder, "program.ipynb")
            if problem:
                report(problem, bytes(raw).decode("latin-1"))


def _in_process(seed):
    """Exit code of a process that checks one batch: the number of failures, or that of a crash."""
    pid = os.fork()
    if pid == 0:
        failures = []
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

        def report(problem, text):
            failures.append(problem)
            name = "mutant_%d_%d.py" % (seed, len(failures))
            with open(name, "wb") as file:
                file.write(text.encode("utf-8", "surrogatepass"))
            print("%s: %s" % (name, problem), flush=True)

        try:
            batch(seed, _BATCH, report)
            notebook_batch(seed, _BATCH // 10, report)
        except BaseException:  # of this runner: what was not checked must not count as sound
            traceback.print_exc()
            failures.append("the batch ended early")
        finally:
            os._exit(min(len(failures), 100))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(seconds, seed):
    end, count, failures = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        code = _in_process(seed)
        if code < 0:
            print("batch %d ended by signal %d" % (seed, -code))
        failures += code != 0
        count += _BATCH
        seed += 1
    print("%d mutants, %d batches with failures" % (count, failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
