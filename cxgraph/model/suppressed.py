"""What an organisation keeps to itself because too few people answered for it."""

from __future__ import annotations

from dataclasses import dataclass

from cxgraph.model.arrays import Bools


@dataclass(frozen=True, eq=False)
class Suppressed:
    """What must not be shown one by one; its scores are no longer in the organisation that carries this.

    Attributes
    ----------
    min_respondents : int
        People that a group needs: the organisation's ``min_respondents``.
    services : bool array, shape (rows,)
        Rows of the organisation's services whose scores are withheld.
    left_out : bool array, shape (rows,)
        Those of them that no group of enough people could take in: they have no score at all.
    departments : bool array, shape (n,)
        Departments of whose figures too little, or nothing, is their own.
    problems : bool
        Whether remarks on the tables that tell of scores are withheld. How many there were is withheld too.
    importances : int
        Services that are shown, with their client's average in place of an importance that too few people stated.
    """

    min_respondents: int
    services: Bools
    left_out: Bools
    departments: Bools
    problems: bool = False
    importances: int = 0

    @property
    def any(self) -> bool:
        """Whether anything is withheld."""
        return bool(self.services.any() or self.departments.any() or self.problems or self.importances)
