"""Meta events a second by facebook-business, from a fact in memory to the bytes of a request.

python bench.py FACTS FACT COUNT; see scripts/bench-peers.
"""
import json
import sys
import time

from meta import build

ROUNDS = 5


def main():
    file, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(file, encoding="utf-8") as lines:
        fact = next(fact for fact in map(json.loads, lines) if fact["fact"] == name)
    best = float("inf")
    # The first round warms up. Time is the processor's, for this thread.
    for turn in range(ROUNDS + 1):
        start = time.thread_time()
        for _ in range(count):
            written = f'{{"data":[{",".join(build(fact))}]}}'.encode()
        if turn > 0:
            best = min(best, time.thread_time() - start)
    print(json.dumps({"python": {"bytes": len(written), "rate": int(count / best)}}))


if __name__ == "__main__":
    main()
