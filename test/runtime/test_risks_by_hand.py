"""risks.py: what pending.py says of statements that are written by hand."""

from __future__ import annotations

from risky import ANEW, CHANGES, CHECKS, EMPTIED, EMPTY, REFERS, STOPS, add, left_out, rewritten, risks, told, used
from servers import OWNER

# What the database has before, beside the table.
VIEWS = """
    create schema archive;
    create view shop_view as select id from shop_item;
    create materialized view shop_count as select count(*) as items from shop_item;
    create unique index on shop_count (items)"""
# A statement of RunSQL, and what it does; each can be run after those above it.
STATEMENTS = [
    ("alter table shop_item add price int", []),
    ("alter table shop_item add stock int not null default 0", []),
    ("alter table shop_item add if not exists rank int not null", [left_out("rank")]),
    ("alter table shop_item alter price set not null", [EMPTY.replace("nullable", "price")]),
    ("alter table shop_item alter price set default 1, alter price type bigint", [rewritten("price")]),
    ("alter table shop_item add unique(name)", [STOPS]),
    ("alter table shop_item add exclude (name with =)", [STOPS]),
    ("alter table shop_item add check(rank > 0)", [CHECKS]),
    ("alter table shop_item add check (rank > 1) not valid", []),
    ("alter table shop_item add size int check(size > 0)", [CHECKS]),
    ("alter table shop_item drop constraint shop_item_pkey, add primary key (id)", [STOPS]),
    ("alter table shop_item add foreign key(price) references shop_item", [REFERS]),
    ("alter table shop_item rename rank to place", [used("rank of shop_item")]),
    ("alter table shop_item rename constraint shop_item_rank_check to bounds", []),
    ("alter table shop_item drop constraint bounds", []),
    ("alter table shop_item drop if exists price", [used("price of shop_item")]),
    ("with old as (select id from shop_view) update shop_item set place = 1 from old where old.id = 1", [CHANGES]),
    ("with gone as (delete from shop_item where id = 1 returning id) select id from gone", [CHANGES]),
    ("with held as (select id from shop_item for update) select id from held", []),
    ("insert into shop_item (id, name, place) values (1, 'a', 2) on conflict (id) do update set name = 'b'", []),
    ("merge into shop_item using shop_view on false when matched then delete", [CHANGES]),
    ("truncate shop_item", [EMPTIED]),
    ("reindex table shop_item", ["writes, and reads that take an index, wait until REINDEX table shop_item has ended"]),
    ("reindex table concurrently shop_item", []),
    ("reindex (concurrently) table shop_item", []),
    ("reindex index shop_item_pkey", []),  # a small one
    ("vacuum full shop_item", [ANEW]),
    ("vacuum (analyze, full) shop_item", [ANEW]),
    ("vacuum full analyze", [ANEW.replace("shop_item", "every table")]),
    ("vacuum analyze shop_item", []),
    ("cluster shop_item using shop_item_pkey", [ANEW]),
    ("cluster", [ANEW.replace("shop_item", "every table")]),
    ("refresh materialized view shop_count", ["reads of shop_count wait while it is filled anew"]),
    ("refresh materialized view concurrently shop_count", []),
    ("drop materialized view shop_count", ["the code that still runs reads shop_count"]),
    ("drop view if exists shop_view", ["the code that still runs reads shop_view"]),
    ("create view shop_newer as select id from shop_item", []),
    ("drop view shop_newer", []),
    ("alter table shop_item set schema archive", [used("shop_item")]),
]


def test_each_statement_by_hand_is_told_by_what_it_does_and_is_one_that_postgres_takes(large_pod, server, database):
    server.execute(VIEWS, database, OWNER)
    by_hand = {f"migrations.RunSQL({statement!r}, migrations.RunSQL.noop)": does for statement, does in STATEMENTS}
    assert told(large_pod, list(by_hand)) == [(operation, risk) for operation, does in by_hand.items() for risk in does]
    server.execute("truncate shop_item", database, OWNER)  # or no column without a default could be added
    result = large_pod.migrate()
    assert result.returncode == 0, result.stderr


def test_a_lock_by_hand_is_told(large_pod):
    add(large_pod, "0002_lock", "migrations.RunSQL('lock shop_item in share mode', migrations.RunSQL.noop)")
    keeps = "requests that it keeps from shop_item wait until the migration has ended"
    assert risks(large_pod.pending("warn")) == [("shop.0002_lock", keeps)]
