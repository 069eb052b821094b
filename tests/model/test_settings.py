"""Settings take what the method allows and say what they were given."""

import pytest

from cxgraph.errors import ParameterError
from cxgraph.model.settings import Settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"scale": (5, 5)},
        {"scale": 5},
        {"scale": (-1e155, 1e155)},
        {"scale": (1, 1 + 1e-12)},
        {"period": "soon"},
        {"scale": "0 10"},
        {"scale": (0, float("inf"))},
        {"scale": (0, 1, 2)},
        {"scoring": "sum"},
        {"transmission": 1},
        {"transmission": "0.5"},
        {"transmission": True},
        {"stringency": 0.99},
        {"stringency": "4"},
        {"min_responses": -1},
        {"min_responses": 2.5},
        {"language": "fr"},
        {"name": 7},
    ],
)
def test_values_outside_their_range(wrong):
    with pytest.raises(ParameterError) as caught:
        Settings(**wrong)
    assert next(iter(wrong)).split("_")[0] in str(caught.value).lower()


def test_infinite_stringency_and_the_ends_of_ranges():
    assert Settings(stringency=float("inf"), transmission=0, scale=(1, 7)).width == 6
    assert Settings(stringency=1, language="es_MX").language == "es_MX"


def test_updated_refuses_unknown_keys_and_leaves_the_original():
    base = Settings()
    assert base.updated({"scale": [1, 5]}).scale == (1.0, 5.0)
    assert base.scale == (0.0, 10.0)
    with pytest.raises(ParameterError, match="sclae"):
        base.updated({"sclae": (0, 1)})


def test_one_customer_may_be_given_as_text():
    assert Settings(customers="Sales").customers == ("Sales",)
