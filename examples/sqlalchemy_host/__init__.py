"""A host with tables of its own, and Wayhome's cases beside them in one database. Start reading in host.py."""
