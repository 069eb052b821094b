"""Whatever adds the answers up, the services are the same to the last byte, and those of reading row by row."""

import datetime
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxgraph
from cxgraph.intake.warehouse import duck, large_files, recognise
from cxgraph.model.organization import Organization

from .conftest import OWN, TYPES, cells

OF_IBIS = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of ibis about DuckDB, not ours


def services_csv(organization: Organization) -> str:
    return organization.services.drop(columns="line").to_csv(index=False)


def read_chunks(path: Path, monkeypatch: pytest.MonkeyPatch, **options: object) -> Organization:
    """Read a large text as if DuckDB were not installed."""

    def missing(*_: object) -> None:
        raise ImportError

    with monkeypatch.context() as patch:
        patch.setattr(duck, "open_csv", missing)
        return cxgraph.read(path, columns=OWN, **options)


@pytest.fixture
def expected(answers_csv: Path, all_large: None, monkeypatch: pytest.MonkeyPatch) -> Organization:
    return read_chunks(answers_csv, monkeypatch)


def test_sums_are_the_means_of_reading_row_by_row(answers_csv, expected):
    recognise.LARGE_BYTES = 2**40
    rows = cxgraph.read(answers_csv, columns=OWN)
    one, other = rows.services, expected.services
    assert len(one) > 60
    for name in ("supplier", "client", "service", "kind"):
        assert one[name].astype(str).tolist() == other[name].astype(str).tolist()
    for name in ("expectation", "fulfilment", "importance", "responses", "fulfilment_sd"):
        np.testing.assert_allclose(one[name], other[name], rtol=1e-6)  # scores are rounded to millionths
    assert rows.settings.period == expected.settings.period == "2025"
    assert (rows.rows.read, rows.rows.used) == (expected.rows.read, expected.rows.used)
    assert rows.rows.set_aside["reason"].value_counts().to_dict() == dict(
        zip(expected.rows.set_aside["reason"], expected.rows.set_aside["count"], strict=True)
    )
    assert rows.rows.incomplete == expected.rows.incomplete
    assert one["fulfilment"].isna().sum() == 0
    pd.testing.assert_series_equal(rows.history["period"], expected.history["period"], check_categorical=False)


def test_means_and_spreads_against_exact_fractions(answers, expected):
    # The spelling with a blank is the same service; both readings of a score are rounded to millionths, half away.
    latest = answers[(answers["fecha"].dt.year == 2025) & (answers["fuente"] != "autoevaluación")]
    stated = latest.dropna(subset=["expectativa", "cumplimiento"], how="all")
    names = stated["servicio"].str.strip().fillna("service")
    services = expected.services
    assert len(services) > 60
    for row in services.itertuples():
        mine = (stated["Área"] == row.supplier) & (stated["cliente"] == row.client) & (names == row.service)
        exact = [Fraction(int(np.floor(x * 1e6 + 0.5)), 10**6) for x in stated["cumplimiento"][mine].dropna()]
        assert row.responses == len(exact)
        mean = sum(exact) / len(exact)
        assert row.fulfilment == float(mean)
        if len(exact) > 1:
            variance = sum((x - mean) ** 2 for x in exact) / (len(exact) - 1)
            assert row.fulfilment_sd == pytest.approx(float(variance) ** 0.5, rel=1e-15)
        weights = [Fraction(x) for x in stated["importancia"][mine].dropna()]
        assert row.importance == float(sum(weights) / len(weights))


def test_duckdb_reads_large_text(answers_csv, expected, monkeypatch):
    pytest.importorskip("duckdb")

    def never(*_: object) -> None:
        raise AssertionError("the blocks of pandas were read")

    monkeypatch.setattr(large_files.ChunkEngine, "sums", never)
    assert services_csv(cxgraph.read(answers_csv, columns=OWN)) == services_csv(expected)


def test_small_blocks(answers_csv, expected, monkeypatch):
    monkeypatch.setattr("cxgraph.intake.warehouse.chunks._BLOCK", 1000)
    assert services_csv(read_chunks(answers_csv, monkeypatch)) == services_csv(expected)


def test_database_file(duckdb_file, expected):
    found = cxgraph.read(f"duckdb:///{duckdb_file}?table=answers", columns=OWN)
    assert services_csv(found) == services_csv(expected)
    assert found.rows.read == expected.rows.read
    assert found.name == "answers"


def test_relation(duckdb_file, expected):
    import duckdb

    with duckdb.connect(str(duckdb_file), read_only=True) as connection:
        found = cxgraph.read(connection.table("answers"), columns=OWN)
        assert connection.execute("select count(*) from answers").fetchone()[0] == expected.rows.read
    assert services_csv(found) == services_csv(expected)


def test_parquet_file_folder_and_parts(duckdb_file, expected, tmp_path):
    import duckdb

    (tmp_path / "org").mkdir()
    (tmp_path / "parts").mkdir()
    with duckdb.connect(str(duckdb_file), read_only=True) as connection:
        connection.execute(f"copy answers to '{tmp_path}/org/responses.parquet' (format parquet)")
        for part in (0, 1):
            where = f"hash(encuestado) % 2 = {part}"
            connection.execute(f"copy (from answers where {where}) to '{tmp_path}/parts/part-{part}.parquet'")
    for path in ("org", "parts", "org/responses.parquet"):
        found = cxgraph.read(tmp_path / path, columns=OWN)
        assert services_csv(found) == services_csv(expected)
        assert sum(source.name.endswith(".parquet") for source in found.sources) == (2 if path == "parts" else 1)
    (tmp_path / "org" / "org.toml").write_text('[columns.responses]\n"Área" = "supplier"\n', "utf-8")
    (tmp_path / "org" / "departments.csv").write_text(
        "id,kind\nIT,\nVentas,\n007,\nCompras,\nÉxito,\nClientes,external_customer\n", "utf-8"
    )
    assert services_csv(cxgraph.read(tmp_path / "org")) == services_csv(expected)


@pytest.mark.postgres
def test_postgres(postgres_table, expected):
    found = cxgraph.read(postgres_table, columns=OWN)
    assert services_csv(found) == services_csv(expected)
    assert (found.rows.read, found.rows.used) == (expected.rows.read, expected.rows.used)


@pytest.fixture(scope="session")
def spark():
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    options = {"spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    builder = sql.SparkSession.builder.master("local[2]").config(map=options)
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # pyspark leaves the socket to its Java process open
def test_spark(spark, answers, expected):
    kinds = {"date": "date", "text": "string", "decimal(4,2)": "decimal(4,2)", "double precision": "double"}
    schema = ", ".join(f"`{name}` {kinds[kind]}" for name, kind in TYPES.items())
    from decimal import Decimal

    place = list(TYPES).index("expectativa")
    rows = [
        tuple(Decimal(str(cell)) if number == place and cell is not None else cell for number, cell in enumerate(row))
        for row in cells(answers)
    ]
    frame = spark.createDataFrame(rows, schema)
    found = cxgraph.read(frame, columns=OWN)
    assert services_csv(found) == services_csv(expected)
    assert not spark.catalog.tableExists("cxgraph_answers")
    with_comma = spark.createDataFrame([("IT", "HR", "7,5")], "supplier string, client string, fulfilment string")
    problems = cxgraph.check(with_comma)
    assert [problem.code for problem in problems if problem.severity == "error"] == ["not-a-number"]
    assert cxgraph.read(with_comma, decimal=",", scoring="perception").services["fulfilment"].tolist() == [7.5]
    lost = spark.createDataFrame([("NaN", "HR", 7.5)], "supplier string, client string, fulfilment double")
    assert "missing-became-text" in [problem.code for problem in cxgraph.check(lost)]


@OF_IBIS
def test_ibis(duckdb_file, expected):
    ibis = pytest.importorskip("ibis", reason="ibis is not installed")
    connection = ibis.duckdb.connect(str(duckdb_file), read_only=True)
    found = cxgraph.read(connection.table("answers"), columns=OWN)
    connection.disconnect()
    assert services_csv(found) == services_csv(expected)
    assert found.rows.read == expected.rows.read


@OF_IBIS
@pytest.mark.postgres
def test_ibis_on_postgres(postgres_table, expected):
    ibis = pytest.importorskip("ibis", reason="ibis is not installed")
    port = int(postgres_table.rpartition(":")[2].partition("/")[0])
    connection = ibis.postgres.connect(host="127.0.0.1", port=port, user="cxgraph", database="postgres")
    found = cxgraph.read(connection.table("answers", database="Encuesta 25"), columns=OWN)
    connection.disconnect()
    assert services_csv(found) == services_csv(expected)


def test_period_asked_for(answers_csv, duckdb_file, all_large, monkeypatch):
    found = read_chunks(answers_csv, monkeypatch, period="2024")
    other = cxgraph.read(f"duckdb:///{duckdb_file}?table=answers", columns=OWN, period="2024")
    assert services_csv(found) == services_csv(other)
    recognise.LARGE_BYTES = 2**40
    assert found.rows.used == cxgraph.read(answers_csv, columns=OWN, period="2024").rows.used


def test_a_period_that_cuts_through_a_wave(tmp_path, all_large):
    days = [datetime.date(2025, 3, 25) + datetime.timedelta(days=number) for number in range(14)]
    rows = [f"{day},IT,HR,9,{number % 5 + 4}" for number, day in enumerate(days)]
    (tmp_path / "responses.csv").write_text("date,supplier,client,expectation,fulfilment\n" + "\n".join(rows) + "\n")
    for limit in (1, 2**40):
        recognise.LARGE_BYTES = limit
        found = cxgraph.read(tmp_path / "responses.csv", period="2025-03")
        assert (found.rows.used, found.rows.aside) == (7, 7)
        assert found.services["fulfilment"].tolist() == [sum(number % 5 + 4 for number in range(7)) / 7]


def test_reversed_scale(tmp_path, all_large):
    (tmp_path / "responses.csv").write_text(
        "supplier,client,expectation,fulfilment\nIT,HR,1,2\nIT,HR,2,5\nHR,Buyers,1,3\nHR,Buyers,1,1\n"
    )
    found = []
    for limit in (1, 2**40):
        recognise.LARGE_BYTES = limit
        found.append(cxgraph.read(tmp_path / "responses.csv", scale=(6, 1)))
    assert services_csv(found[0]) == services_csv(found[1])
    assert found[0].services["fulfilment"].tolist() == [5.0, 3.5]
