"""The one MetaData, and the columns every table of a workspace begins with.

Each table says in its `info` whose data it holds and what becomes of it:
`subject`  "contact" (rows about a person), "workspace" or "instance";
`erase`    what erasing a contact does to its rows: "delete", or "none" where it holds nothing;
`merge`    what merging two contacts does: "repoint" the rows, "fold" the row itself, "remake" them
           from the row that is kept, or "none".
"""

from sqlalchemy import Column, MetaData, Uuid

metadata = MetaData()


def workspace_id() -> Column:
    """First in every key, so that rows of one workspace live together and can be moved apart."""
    return Column("workspace_id", Uuid, primary_key=True)
