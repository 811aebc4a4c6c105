"""How the statements of a migration are told apart; what they do to a site at work is in waits.py and old_code.py."""

from __future__ import annotations

import re


class Rule:
    """A statement that has `pattern`, what it does, and the safe way.

    Of a small table it is told only `at_any_size`: any other one takes a moment there.
    """

    def __init__(self, pattern: str, does: str, safe: str, at_any_size: bool = False) -> None:
        self.pattern, self.does, self.safe = re.compile(pattern, re.IGNORECASE), does, safe
        self.at_any_size = at_any_size


NAME = r'(?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?'
TABLE = rf"(?:ONLY )?(?P<table>{NAME})"
ALTER = rf"ALTER TABLE (?:IF EXISTS )?{TABLE} (?:.*, )?"

# SQL lets COLUMN be left out: what follows is then the name of a column, unless it is one of these words.
GRAMMAR = r"(?:COLUMN|IF|CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\b"
COLUMN = rf"(?:COLUMN )?(?:IF (?:NOT )?EXISTS )?(?!{GRAMMAR})(?P<column>{NAME})"
ADD = rf"{ALTER}ADD {COLUMN} "
ALTER_COLUMN = rf"{ALTER}ALTER {COLUMN} "
CONSTRAINT = rf"{ALTER}ADD (?:CONSTRAINT {NAME} )?"
INDEX = rf"INDEX (?!CONCURRENTLY)(?:IF NOT EXISTS )?(?:{NAME} )?ON {TABLE}"
VOLATILE = r"(?:.*\bGENERATED |\w*SERIAL\b|.*\b(?:gen_random_uuid|uuid_generate_\w+|clock_timestamp|random|nextval)\()"
CHANGE = r"(?:WITH .*[ (])?(?:(?<!FOR )(?<!KEY )(?<!DO )UPDATE|DELETE FROM|MERGE INTO)"
LOCK = r"LOCK (?!.* IN (?:ACCESS SHARE|ROW SHARE|ROW EXCLUSIVE) MODE)(?:TABLE )?"
TRUNCATE = r"TRUNCATE (?:TABLE )?"
LOCKING = re.compile(rf"(?:ALTER TABLE (?:IF EXISTS )?|{LOCK}|{TRUNCATE}){TABLE}", re.IGNORECASE)
DEFAULT = re.compile(r".* DEFAULT ", re.IGNORECASE)

# What is a part of the safe way for more than one.
IN_BATCHES = "in batches, by RunPython in a migration with atomic = False"
