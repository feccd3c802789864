"""The push hook: the operator's own pusher is told that a reply waits on somebody's phone."""
