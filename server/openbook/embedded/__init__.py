"""PostgreSQL inside openbook: started, watched, restarted and stopped by the processes that use it.

`joined(data)` is the door. Every process that needs the database walks through it, the server and
the command line alike; the first one in starts PostgreSQL, the last one out stops it, and one of
those inside restarts it when it dies.
"""

from openbook.embedded.complaint import EmbeddedError
from openbook.embedded.supervision import Embedded, joined

__all__ = ["Embedded", "EmbeddedError", "joined"]
