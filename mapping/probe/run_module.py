"""python3 run_module.py MODULE ARGUMENTS: as `python3 -m MODULE`, but nothing is imported from the current folder.

`-m` and `-c` put that folder before the standard library, and it may be a stranger's: reading a program there must not
run what lies beside it. A script's own folder takes that place, which is this one.
"""

import sys


def main():
    import runpy
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
