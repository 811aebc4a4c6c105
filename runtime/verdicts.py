"""Whether the release before runs with a migration that was applied since, and whether that can be taken back."""

from __future__ import annotations

from django.db.migrations import RunPython, RunSQL
from django.db.migrations.operations.models import AlterTogetherOptionOperation, IndexOperation

import old_code
import risks
import ways
from tables import Tables

INDEXES = (IndexOperation, AlterTogetherOptionOperation)  # whose SQL depends on the indexes of today
NO_REVERSE = "it has no {}; safe: release it with one, which may be the noop of {}, and go back then"
IRREVERSIBLE = "it cannot be taken back; safe: the backup that was made before it"
USELESS = "{}, and its way back does nothing"
UNDONE = "what it did to the data is undone by its way back"


class Verdict:
    """What is to be said of one migration."""

    def __init__(self, name: str, applied: str) -> None:
        self.name, self.applied = name, applied
        self.one_way: list[str] = []
        self.goes_back: list[str] = []
        self._losses: list[str] = []

    @property
    def verdict(self) -> str:
        """The verdict itself."""
        return "one way" if self.one_way else "goes back" if self.goes_back else "stays"

    @property
    def why(self) -> list[str]:
        """The sentences that led to it: none of one that stays."""
        return self.one_way or self.goes_back

    @property
    def loses(self) -> list[str]:
        """What its way back takes away, if it has one."""
        return [] if self.one_way else self._losses

    def judge(self, step: ways.Step, tables: Tables) -> None:
        """What an operation is to the code of the release before; `tables` has noted those that came before it."""
        operation, there, back = step
        harms = list(risks.of_statements(there.sql, tables, old_code.RULES))
        if there.fault and not isinstance(operation, INDEXES):
            harms.append(f"what it does is not known: {there.fault}")
        if not operation.reversible:
            self.one_way.append(f"{step}: {no_reverse(operation)}")
        elif undoes(step):
            self.goes_back.append(f"{step}: {UNDONE}")
        elif harms and not back.sql and not back.fault:
            self.one_way += [f"{step}: {USELESS.format(harm.partition('; safe: ')[0])}" for harm in harms]
        self.goes_back += [f"{step}: {harm}" for harm in harms]

    def judge_way_back(self, step: ways.Step, tables: Tables) -> None:
        """What taking an operation back takes away; `tables` has noted the way back of those that came after it."""
        if step.back.fault and not isinstance(step.operation, INDEXES):
            self._losses.append(f"what is not known: {step.back.fault}")
        for statement in step.back.sql:
            tables.note(statement)
            self._losses += ways.losses(statement, tables)
            obstacle = ways.obstacle(statement, step.back.sql, tables)
            if obstacle:
                self.one_way.append(f"{step}: {obstacle}")


def no_reverse(operation: object) -> str:
    """Why an operation cannot be taken back."""
    for kind, name in ((RunPython, "reverse_code"), (RunSQL, "reverse_sql")):
        if isinstance(operation, kind):
            return NO_REVERSE.format(name, kind.__name__)
    return IRREVERSIBLE


def undoes(step: ways.Step) -> bool:
    """Whether its author says that something must be undone."""
    if isinstance(step.operation, RunSQL):
        return bool(step.back.sql or step.back.fault)
    is_sql = step.operation.reduces_to_sql and not isinstance(step.operation, RunPython)
    return not is_sql and getattr(step.operation, "reverse_code", None) is not RunPython.noop
