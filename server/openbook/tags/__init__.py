"""Tags: the words by which the team sorts its contacts and its conversations."""
