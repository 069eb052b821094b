"""Ten million answers in forty thousand services: seconds and memory of each engine, and whether all agree.

Run as ``python tests/benchmarks/warehouse.py [ANSWERS] [ENGINE...]``; engines are pandas, duckdb, parquet, spark, ibis
and postgres (a table ``answers`` in the database ``postgres`` of PGHOST, with the columns of the file). Each runs in a
process of its own, beside a bare pass of pandas over the same file in chunks. The ratio is one of processor time where
all work is done by that process, because a busy machine stretches the clock; Spark and PostgreSQL work in others.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

CHUNK = 500_000
SERVICES = 40_000


def write(path: Path, count: int) -> None:
    """Write answers with one decimal, some of them without an expectation, in a file of CSV."""
    rng = np.random.default_rng(5)
    supplier = rng.integers(0, 200, SERVICES)
    client = (supplier + rng.integers(1, 200, SERVICES)) % 200
    with path.open("w", encoding="utf-8") as stream:
        stream.write("respondent,supplier,client,service,expectation,fulfilment\n")
        for start in range(0, count, CHUNK):
            size = min(CHUNK, count - start)
            place = rng.integers(0, SERVICES, size)
            frame = pd.DataFrame(
                {
                    "respondent": rng.integers(0, 30_000, size),
                    "supplier": [f"Department {number}" for number in supplier[place].tolist()],
                    "client": [f"Department {number}" for number in client[place].tolist()],
                    "service": [f"service {number}" for number in place.tolist()],
                    "expectation": np.where(rng.random(size) < 0.05, np.nan, rng.integers(60, 101, size) / 10),
                    "fulfilment": rng.integers(0, 101, size) / 10,
                }
            )
            frame.to_csv(stream, header=False, index=False)


def bare(path: Path) -> None:
    """Add the same sums up as anybody would write it with pandas, in binary numbers."""
    parts = []
    for chunk in pd.read_csv(path, chunksize=CHUNK, usecols=lambda name: name != "respondent"):
        chunk["squares"] = chunk["fulfilment"] ** 2
        scores = chunk.groupby(["supplier", "client", "service"]).agg(
            n=("fulfilment", "count"),
            total=("fulfilment", "sum"),
            squares=("squares", "sum"),
            least=("fulfilment", "min"),
            most=("fulfilment", "max"),
            expected=("expectation", "sum"),
            stated=("expectation", "count"),
        )
        parts.append(scores)
    whole = pd.concat(parts).groupby(level=[0, 1, 2])
    assert len(whole.sum()) <= SERVICES
    whole["least"].min(), whole["most"].max()


def read(engine: str, folder: Path) -> str:
    """Read the answers through one engine and return the SHA-256 of the services as CSV."""
    import cxgraph
    from cxgraph.intake.warehouse import duck, recognise

    recognise.LARGE_BYTES = 1
    if engine == "pandas":

        def missing(*_: object) -> None:
            raise ImportError

        duck.open_csv = missing
        organization = cxgraph.read(folder / "responses.csv", scale=(0, 10), customers=["Department 0"])
    else:
        organization = cxgraph.read(_origin(engine, folder), scale=(0, 10), customers=["Department 0"])
    text = organization.services.drop(columns="line").to_csv(index=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _origin(engine: str, folder: Path) -> object:
    if engine == "spark":
        from pyspark.sql import SparkSession

        # Large results are fetched from the address that the driver tells, which has to be one that it listens on.
        options = {
            "spark.ui.enabled": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.memory": "2g",
        }
        session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        return session.read.parquet(str(folder / "responses.parquet"))
    if engine == "ibis":
        import ibis

        return ibis.duckdb.connect().read_parquet(str(folder / "responses.parquet"))
    if engine == "postgres":
        return f"postgresql://{os.environ['PGUSER']}@{os.environ['PGHOST']}/postgres?table=answers"
    return folder / ("responses.csv" if engine == "duckdb" else "responses.parquet")


def _most_memory() -> float:
    """Return the most megabytes that this process held; the maximum of `resource` is inherited from its parent."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _alone(engine: str, folder: Path) -> dict[str, object]:
    words = [sys.executable, __file__, "--one", engine, str(folder)]
    found = subprocess.run(words, check=False, capture_output=True, text=True)
    if found.returncode:
        sys.exit(f"{engine} ended with {found.returncode}:\n{found.stderr[-4000:]}")
    return dict(json.loads(found.stdout.splitlines()[-1]))


def _line(engine: str, found: dict[str, object]) -> str:
    return (
        f"{engine:12} {found['seconds']:7.1f} s, {found['used']:7.1f} s of the processor {found['megabytes']:7.0f} MB"
    )


def main() -> None:
    """Write the answers, run each engine, print a line for each."""
    if sys.argv[1:2] == ["--one"]:
        engine, folder = sys.argv[2], Path(sys.argv[3])
        begin = time.perf_counter()
        result = bare(folder / "responses.csv") if engine == "bare" else read(engine, folder)
        seconds, used = time.perf_counter() - begin, time.process_time()
        print(json.dumps({"seconds": seconds, "used": used, "megabytes": _most_memory(), "sha256": result}))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    engines = sys.argv[2:] or ["pandas", "duckdb", "parquet"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write(folder / "responses.csv", count)
        if set(engines) & {"parquet", "spark", "ibis"}:
            import duckdb

            source, target = folder / "responses.csv", folder / "responses.parquet"
            types = "{'service': 'VARCHAR', 'respondent': 'VARCHAR'}"
            duckdb.sql(f"copy (from read_csv('{source}', types={types})) to '{target}'")
        base = _alone("bare", folder)
        print(_line("bare pandas", base))
        sums = set()
        for engine in engines:
            found = _alone(engine, folder)
            sums.add(found["sha256"])
            measure = "seconds" if engine in ("spark", "postgres") else "used"
            ratio = float(str(found[measure])) / float(str(base[measure]))
            print(f"{_line(engine, found)} {ratio:6.2f} of the bare pass", flush=True)
        print("the same services" if len(sums) == 1 else "DIFFERENT SERVICES")


if __name__ == "__main__":
    main()
