"""One input that somebody might be handed, and what the program must answer."""
import dataclasses


@dataclasses.dataclass
class Case:
    name: str
    data: object = None  # what the file holds, text or bytes, or what makes them of a server's address; None: there is no file
    file: str = "events.csv"  # its name in the scenario's folder
    path: str = None  # what the scenario calls it, where that is not its name
    keys: str = ""  # further keys of the source
    kind: str = "events"  # what the source is used as: events, features, areas, raster, none
    files: dict = dataclasses.field(default_factory=dict)  # further files by name
    scenario: object = None  # another scenario altogether, text or bytes
    options: tuple = ()
    code: int = 0
    says: tuple = ()  # parts of what is said on stderr
    warns: tuple = ()  # parts of the warnings
    usable: int = None
    reasons: dict = None  # reason -> rows
    first: str = None  # days of the first and the last event
    last: str = None
    counts: dict = None  # further entries of the source's account


good = "id,date,latitude,longitude,persons\n1,2021-08-30,5.5,28.5,2\n2,2021-08-31,5.6,28.6,1\n"


def rows(header, *lines):
    return "\n".join([header, *lines]) + "\n"


def dates(name, *texts, **expected):
    """One event a text, at a good place."""
    lines = [f'{i},"{text}",5.5,28.5' for i, text in enumerate(texts)]
    return Case(name, rows("id,date,latitude,longitude", *lines), **expected)


def numbers(name, *texts, **expected):
    """One event a text, which is its number of persons."""
    lines = [f'{i},2021-08-31,5.5,28.5,"{text}"' for i, text in enumerate(texts)]
    return Case(name, rows("id,date,latitude,longitude,persons", *lines), **expected)


def places(name, *pairs, **expected):
    """One event a pair of latitude and longitude."""
    quoted = [(a.replace('"', '""'), b.replace('"', '""')) for a, b in pairs]
    lines = [f'{i},2021-08-31,"{a}","{b}"' for i, (a, b) in enumerate(quoted)]
    return Case(name, rows("id,date,latitude,longitude", *lines), **expected)
