"""How fairly programs share our own file, and what a writer that holds it costs those who read.

    make bench                       JSON lines: 1, 4 and 16 programs that write; eight threads that read, without and beside a writer
    LASTING=10 make bench

Goals: of sixteen, none waits longer than 1 s and the slowest writes at least half the mean; beside a writer who holds the file for
six seconds, eight threads read a hundred cases each in under 1.5 times their usual time.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time

import structlog
from wayhome import Actor, Engine, commands, create

LASTING = float(os.environ.get("LASTING", "5"))
HELD_SECONDS = 6
ANNA = Actor("anna", "invented_house", {"case_manager_sending"})
WRITER = """
import json, logging, sys, time
import structlog
from wayhome import Actor, Engine, commands
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
url, case, seconds = sys.argv[1:]
anna = Actor("anna", "invented_house", {"case_manager_sending"})
with Engine.open(url) as engine:
    engine.do(commands.Note(case, text="An invented note."), as_=anna)
    print("ready", flush=True)
    sys.stdin.readline()
    ends, waits = time.perf_counter() + float(seconds), []
    while (begins := time.perf_counter()) < ends:
        engine.do(commands.Note(case, text="An invented note."), as_=anna)
        waits.append(time.perf_counter() - begins)
    print(json.dumps([len(waits), max(waits)]), flush=True)
"""

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def opening() -> commands.Open:
    return commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})


def writers(count: int) -> dict[str, float]:
    """Let programs write for some seconds, each into a case of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        create(url)
        with Engine.open(url) as engine:
            cases = [engine.do(opening(), as_=ANNA).case for _ in range(count)]
        programs = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, url, case, str(LASTING)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for case in cases
        ]
        for program in programs:
            assert program.stdout is not None
            program.stdout.readline()
        for program in programs:
            assert program.stdin is not None
            program.stdin.write("go\n")
            program.stdin.flush()
        told = [json.loads(program.communicate()[0]) for program in programs]
    counts = [one[0] for one in told]
    mean = sum(counts) / count
    return {
        "writers": count,
        "per_second": round(sum(counts) / LASTING),
        "slowest_of_mean": round(min(counts) / mean, 2),
        "longest_wait_ms": round(max(one[1] for one in told) * 1000),
    }


def readers() -> dict[str, float]:
    """Let eight threads read a hundred cases each, alone and while another connection holds the file."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        create(url)
        with Engine.open(url) as engine, Engine.open(url) as other:
            cases = [engine.do(opening(), as_=ANNA).case for _ in range(100)]

            def seconds() -> float:
                def read() -> None:
                    for case in cases:
                        engine.case(case, as_=ANNA)

                threads = [threading.Thread(target=read) for _ in range(8)]
                begins = time.perf_counter()
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                return time.perf_counter() - begins

            seconds()
            alone = seconds()
            held, over = threading.Event(), threading.Event()

            def hold() -> None:
                with other._store.database.writing():
                    held.set()
                    over.wait(HELD_SECONDS)

            holder = threading.Thread(target=hold)
            holder.start()
            held.wait()
            beside = seconds()
            over.set()
            holder.join()
    return {
        "readers_alone_ms": round(alone * 1000),
        "beside_a_writer_ms": round(beside * 1000),
        "ratio": round(beside / alone, 2),
    }


def main() -> None:
    for count in (1, 4, 16):
        print(json.dumps(writers(count)), flush=True)
    print(json.dumps(readers()), flush=True)


if __name__ == "__main__":
    main()
