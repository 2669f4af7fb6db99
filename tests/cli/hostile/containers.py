"""Files of formats that GDAL reads, broken or made to do harm."""
import json

from case import Case, good
from makers import feature, geojson, geopackage, laughs, ods, point, shapefile, tiff, xlsx, zipped

two = geojson(point(28.5, 5.5, id="1", date="2021-08-30"), point(28.6, 5.6, id="2", date="2021-08-31"))
shp, shx = shapefile([(28.5, 5.5), (28.6, 5.6)])
doctype, laugh = laughs()
sheet = [line.split(",") for line in good.strip().split("\n")]
kml = '<?xml version="1.0"?>{}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
placemark = "<Placemark><name>{}</name><Point><coordinates>28.5,5.5</coordinates></Point></Placemark>"
table = "CREATE TABLE events (fid INTEGER PRIMARY KEY, id TEXT, date TEXT, latitude REAL, longitude REAL); INSERT INTO events VALUES (1, 'a', '2021-08-31', 5.5, 28.5);"
view = "CREATE VIEW events AS SELECT 1 AS fid, {} AS id, '2021-08-31' AS date, 5.5 AS latitude, 28.5 AS longitude;"
secret = '<!DOCTYPE x [<!ENTITY s SYSTEM "secret.txt">]>'
secrets = {"secret.txt": "planted"}
overview = '<GDALMetadata><Item name="OVERVIEW_FILE" domain="OVERVIEWS">/vsicurl/@SERVER@/overview.tif</Item></GDALMetadata>'
office = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" ' \
         'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'


def ods_table(cells, repeated=""):
    row = "".join(f'<table:table-cell office:value-type="string"{repeated}><text:p>{cell}</text:p></table:table-cell>' for cell in cells)
    return f"<table:table-row>{row}</table:table-row>"


def ods_content(body, head=""):
    return f'<?xml version="1.0"?>{head}<office:document-content {office}><office:body><office:spreadsheet><table:table table:name="one">' \
           f"{body}</table:table></office:spreadsheet></office:body></office:document-content>"


sound_ods = ods_content("".join(ods_table(row) for row in sheet))

cases = [
    Case("GeoJSON", two, file="e.geojson", usable=2, reasons={}),
    Case("GeoJSON cut short", two[:-30], file="e.geojson", code=3),
    Case("GeoJSON without features", geojson(), file="e.geojson", code=3),
    Case("an empty object for GeoJSON", "{}", file="e.geojson", code=3),
    Case("brackets for GeoJSON", '{"type":"FeatureCollection","features":' + "[" * 100_000, file="e.geojson", code=3),
    Case("GeoJSON in a box of boxes", geojson(feature(json.loads("[" * 400 + "]" * 400), date="2021-08-31")), file="e.geojson", usable=0),
    Case("GeoJSON without places", geojson(feature(None, id="1", date="2021-08-31"), point(28.6, 5.6, id="2", date="2021-08-31")), file="e.geojson",
         usable=1, reasons={"coordinates missing": 1}),
    Case("GeoJSON beyond all bounds", geojson(point(1e308, 5.5, id="1", date="2021-08-31"), point(28.6, 5.6, id="2", date="2021-08-31")), file="e.geojson",
         usable=1, reasons={"coordinates out of range": 1}),
    Case("a text for a GeoPackage", good, file="e.gpkg", code=3),
    Case("a GeoPackage", geopackage(table), file="e.gpkg", usable=1),
    Case("a GeoPackage cut short", geopackage(table)[:5000], file="e.gpkg", code=3),
    Case("a GeoPackage of noise", b"SQLite format 3\0" + bytes((i * 7919) % 256 for i in range(8176)), file="e.gpkg", code=3),
    Case("a GeoPackage with a view that asks the network", geopackage(view.format("ogr_geocode('Juba')")), file="e.gpkg", code=3),
    Case("a GeoPackage with a view that loads a library", geopackage(view.format("load_extension('x')")), file="e.gpkg", code=3),
    Case("a GeoPackage with a view that reads a file", geopackage(view.format("readfile('/etc/passwd')")), file="e.gpkg", code=3),
    Case("a GeoPackage with a trigger", geopackage(table + "CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM events; END;"), file="e.gpkg", usable=1),
    Case("a shapefile without its table", shp, file="e.shp", files={"e.shx": shx}, code=3),
    Case("a shapefile without its index", shp, file="e.shp", code=3),
    Case("a shapefile of noise", bytes((i * 31) % 256 for i in range(2000)), file="e.shp", code=3),
    Case("a text for a shapefile", good, file="e.shp", code=3),
    Case("a workbook", xlsx(sheet), file="e.xlsx", usable=2),
    Case("a workbook that is a zip of something else", zipped({"a.txt": "x"}), file="e.xlsx", code=3),
    Case("a text for a workbook", good, file="e.xlsx", code=3),
    Case("a workbook cut short", xlsx(sheet)[:-200], file="e.xlsx", code=3),
    Case("a workbook with a bomb", xlsx(sheet, shared=b" " * 150_000_000), file="e.xlsx", code=3, says=("archive_ratio",)),
    Case("a workbook that laughs", xlsx(sheet + [["3", "2021-08-31", "5.5", "28.5", laugh]], doctype=doctype), file="e.xlsx", code=3),
    Case("a workbook with an external entity", xlsx(sheet + [["&s;", "2021-08-31", "5.5", "28.5", "1"]], doctype=secret), file="e.xlsx", files=secrets, code=3),
    Case("a spreadsheet", ods(sound_ods), file="e.ods", usable=2),
    Case("a spreadsheet cut short", ods(sound_ods[:-100]), file="e.ods", code=3),
    Case("a spreadsheet that is a zip of something else", zipped({"content.txt": "x"}), file="e.ods", code=3),
    Case("a spreadsheet that laughs", ods(ods_content("".join(ods_table(row) for row in [*sheet, ["3", "2021-08-31", "5.5", "28.5", laugh]]), doctype)),
         file="e.ods", code=3),
    Case("a spreadsheet that repeats its cells", ods(ods_content(ods_table(sheet[0]) + ods_table(["x"], ' table:number-columns-repeated="2000000000"'))),
         file="e.ods", code=3),
    Case("noise for FlatGeobuf", bytes((i * 13) % 256 for i in range(3000)), file="e.fgb", code=3),
    Case("FlatGeobuf with a header of 4 GB", b"fgb\x03fgb\x00\xff\xff\xff\xff" + b"\x01" * 3000, file="e.fgb", code=3),
    Case("a VRT by its name", "<OGRVRTDataSource/>", file="e.vrt", code=2, says=(".vrt",)),
    Case("KML", kml.format("", placemark.format("a")), file="e.kml", kind="features", counts={"features": 1}),
    Case("KML that laughs", kml.format(doctype, placemark.format(laugh)), file="e.kml", kind="features", code=3),
    Case("KML with an external entity", kml.format(secret, placemark.format("&s;")), file="e.kml", files=secrets, kind="features", code=3),
    Case("KML with a link to a network", kml.format("", "<NetworkLink><Link><href>@SERVER@/more.kml</href></Link></NetworkLink>" + placemark.format("a")),
         file="e.kml", kind="features"),
    Case("KML cut short", kml.format("", placemark.format("a"))[:-20], file="e.kml", kind="features", code=3),
    Case("well-known text in boxes", "id,wkt\n1," + '"' + "GEOMETRYCOLLECTION(" * 20_000 + "POINT(1 1)" + ")" * 20_000 + '"\n2,POINT(28.5 5.5)\n', file="e.csv",
         kind="features", code=3),
    Case("well-known text that is none", "id,wkt\n1,POINT(\n2,POINT(28.5 5.5)\n3,POLYGON((0 0))\n", file="e.csv", kind="features", code=3),
    Case("areas without an area", geojson(point(28.5, 5.5, code="A")), file="e.geojson", kind="areas", code=3),
    Case("areas that cross themselves", geojson(feature({"type": "Polygon", "coordinates": [[[27, 4], [30, 7], [30, 4], [27, 7], [27, 4]]]}, code="A")),
         file="e.geojson", kind="areas"),
    Case("areas of no size", geojson(feature({"type": "Polygon", "coordinates": [[[27, 4], [27, 4], [27, 4], [27, 4]]]}, code="A")), file="e.geojson",
         kind="areas", code=3),
    Case("a raster", tiff(30, 30), file="e.tif", kind="raster"),
    Case("a VRT for a raster", '<VRTDataset rasterXSize="1" rasterYSize="1"/>', file="e.tif", kind="raster", code=3),
    Case("a VRT raster by its name", '<VRTDataset rasterXSize="1" rasterYSize="1"/>', file="e.vrt", kind="raster", code=2, says=(".vrt",)),
    Case("a raster cut short", tiff(30, 30)[:500], file="e.tif", kind="raster", code=3),
    Case("a raster without its cells", tiff(2_000_000_000, 2_000_000_000, data=False), file="e.tif", kind="raster", code=3, says=("gdalwarp",)),
    Case("a raster that names another on a network", lambda server: tiff(300, 300, overview.replace("@SERVER@", server)), file="e.tif", kind="raster"),
]
