"""Readers of delimited text that tocsin is set beside: the same columns, as numbers, texts and dates."""

import numpy

from bench import OTHER, Peer, need_module
from timing import Call


def figures(rows, days, best, high, low):
    return numpy.array([rows, days, best, high, low], float)


def pandas(case, bench):
    module = need_module("pandas")
    path = case.path(bench.folder)

    def array(frame):
        days = (frame["date_start"] - module.Timestamp(0)).dt.days.sum()
        return figures(len(frame), days, frame["best"].sum(), frame["high"].sum(), frame["low"].sum())

    return Call(lambda: module.read_csv(path, parse_dates=["date_start"]), array)


def duckdb(case, bench):
    module = need_module("duckdb")
    connection = module.connect()
    connection.execute("SET threads = 1")
    path = case.path(bench.folder)

    def array(columns):
        days = columns["date_start"].astype("datetime64[D]").astype(int).sum()
        return figures(len(columns["id"]), days, *(columns[name].sum() for name in ("best", "high", "low")))

    return Call(lambda: connection.execute(f"SELECT * FROM read_csv('{path}')").fetchnumpy(), array)


PEERS = [
    Peer("pandas read_csv", OTHER, pandas, "the default engine, date_start as dates; nothing checked or projected"),
    Peer("duckdb read_csv", OTHER, duckdb, "types by its sniffer, into NumPy; one thread; nothing checked or projected"),
]
