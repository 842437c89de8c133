"""A beacon chain of one process for local tests. Its rules are the official consensus spec's."""
