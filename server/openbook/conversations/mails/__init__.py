"""The mail that tells a lead who has left that there is a reply, and where its link leads."""
