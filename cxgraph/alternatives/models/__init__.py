"""Second opinions: published models of dependency, each a pure function, to hold our ranking against.

====================================  ================================================================
`fdna`                                Garvey and Pinto 2009: average and weakest feeder
`soda`                                Guariniello and DeLaurentis 2017: the same with self-effectiveness
`inoperability` and its companions    Haimes and Jiang 2001, Lian and Haimes 2006: input-output of losses
`debtrank`, `debtrank_impact`         Battiston et al. 2012, Bardoscia et al. 2015: contagion of distress
`leontief`, `extraction`              Miller and Blair 2009: multipliers and hypothetical extraction
`champagne_overflow` and its pyramid  the tower of glasses itself
`shapley_linear`                      Shapley 1953, in the case that needs no sampling
====================================  ================================================================

They do not share an orientation, because their sources do not: FDNA, SODA, input-output tables and the tower
have the supplier by row; inoperability and DebtRank the receiver by row. Each docstring says its own.
"""

from __future__ import annotations

from cxgraph.alternatives.models.debtrank import debtrank, debtrank_impact
from cxgraph.alternatives.models.fdna import fdna
from cxgraph.alternatives.models.inoperability import (
    inoperability,
    inoperability_dynamic,
    interdependency_order,
)
from cxgraph.alternatives.models.input_output import Extraction, Leontief, extraction, extraction_totals, leontief
from cxgraph.alternatives.models.overflow import Overflow, champagne_overflow, champagne_pyramid
from cxgraph.alternatives.models.shapley import shapley_linear
from cxgraph.alternatives.models.soda import soda

__all__ = [
    "Extraction",
    "Leontief",
    "Overflow",
    "champagne_overflow",
    "champagne_pyramid",
    "debtrank",
    "debtrank_impact",
    "extraction",
    "extraction_totals",
    "fdna",
    "inoperability",
    "inoperability_dynamic",
    "interdependency_order",
    "leontief",
    "shapley_linear",
    "soda",
]
