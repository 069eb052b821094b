"""A report says where its scores are not those that were stated."""

import pandas as pd
import pytest

from cxgraph import Organization, analyze, report


@pytest.mark.parametrize(("language", "said"), [("en", "A halo of 0.25 was taken out"), ("es", "un halo de 0,25")])
def test_a_halo_that_was_taken_out_is_said(tmp_path, services_frame, language, said):
    for halo in (0.25, 0.0):
        organization = Organization.from_frames(services_frame, customers=["Buyers"], halo=halo, language=language)
        written = report(analyze(organization), tmp_path / str(halo))
        assert (said in written.read_text(encoding="utf-8")) is (halo > 0)


@pytest.fixture
def services_frame():
    return pd.DataFrame(
        {
            "supplier": ["IT", "HR", "Sales", "IT"],
            "client": ["Sales", "Sales", "Buyers", "Buyers"],
            "expectation": [10.0, 8.0, 10.0, 9.0],
            "fulfilment": [5.0, 7.0, 6.0, 8.0],
        }
    )
