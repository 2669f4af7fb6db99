"""Files of other formats, written byte by byte: sound ones, from which the hostile ones are made."""
import io
import json
import sqlite3
import struct
import tempfile
import zipfile


def zipped(parts, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def xlsx(sheet_rows, shared=None, doctype=""):
    """A workbook with one sheet; every cell is a text in place."""
    sheet = ""
    for i, row in enumerate(sheet_rows, 1):
        cells = "".join(f'<c r="{chr(65 + j)}{i}" t="inlineStr"><is><t>{cell}</t></is></c>' for j, cell in enumerate(row))
        sheet += f'<row r="{i}">{cells}</row>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                               f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
                               f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="one" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{doctype}<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    if shared is not None:
        parts["xl/sharedStrings.xml"] = shared
    return zipped(parts)


def ods(content):
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def geojson(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(x, y, **properties):
    return feature({"type": "Point", "coordinates": [x, y]}, **properties)


def shapefile(points):
    """The .shp and the .shx of some points."""
    def header(words):
        return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, words) + struct.pack("<2i8d", 1000, 1, 0, 0, 40, 40, 0, 0, 0, 0)

    shp, shx = b"", b""
    for i, (x, y) in enumerate(points):
        shx += struct.pack(">2i", 50 + len(shp) // 2, 10)
        shp += struct.pack(">2i", i + 1, 10) + struct.pack("<i2d", 1, x, y)
    return header(50 + len(shp) // 2) + shp, header(50 + len(shx) // 2) + shx


def geopackage(statements, name="events"):
    """A GeoPackage with the tables that it must have, and what the statements add."""
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        base = sqlite3.connect(file.name)
        base.executescript(f"""
            PRAGMA application_id = {0x47504B47}; PRAGMA user_version = 10300;
            CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
              organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
            INSERT INTO gpkg_spatial_ref_sys VALUES ('undefined', -1, 'NONE', -1, 'undefined', ''), ('undefined', 0, 'NONE', 0, 'undefined', '');
            CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
              last_change DATETIME NOT NULL DEFAULT '2021-08-31T00:00:00.000Z', min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
              srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL);
            INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('{name}', 'attributes', '{name}', 0);
        """)
        base.executescript(statements)
        base.commit()
        base.close()
        with open(file.name, "rb") as made:
            return made.read()


def tiff(width, height, metadata=None, data=True):
    """A GeoTIFF of one band of bytes in WGS 84, from 27 E, 7 N; without data its strips lie nowhere."""
    tags, extra = [], b""
    base = 8

    def blob(payload):
        nonlocal extra
        at = base + len(extra)
        extra += payload + b"\0" * (len(payload) % 2)
        return at

    pixels = bytes((i % 200) + 1 for i in range(width * height)) if data else b""
    strip = blob(pixels) if data else 0
    scale = blob(struct.pack("<3d", 3.0 / width, 3.0 / height, 0))
    tie = blob(struct.pack("<6d", 0, 0, 0, 27, 7, 0))
    keys = blob(struct.pack("<16H", 1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326))
    for tag, kind, count, value in ((256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, strip),
                                    (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(pixels)), (33550, 12, 3, scale), (33922, 12, 6, tie), (34735, 3, 16, keys)):
        tags.append((tag, kind, count, value))
    if metadata:
        text = metadata.encode() + b"\0"
        tags.append((42112, 2, len(text), blob(text)))
    tags.sort()
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + struct.pack("<I", 0)
    return b"II*\0" + struct.pack("<I", base + len(extra)) + extra + directory


def laughs(depth=9):
    """A document type that grows to 10^depth words, and the entity that does it."""
    lines = ['<!ENTITY a0 "lol">'] + [f'<!ENTITY a{i} "' + f"&a{i - 1};" * 10 + '">' for i in range(1, depth + 1)]
    return "<!DOCTYPE x [" + "".join(lines) + "]>", f"&a{depth};"
