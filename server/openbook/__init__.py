"""openbook: a self-hosted live chat and contact platform. Start reading at `app.py`."""

__version__ = "0.1.0"
