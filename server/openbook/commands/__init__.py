"""The command line, one file for each group of commands; `openbook.__main__` puts them together."""
