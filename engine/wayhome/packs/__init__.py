"""How a pack is read, validated, composed into a process, analysed and hashed; hooks and the plugins.

Read in this order: schema (the format), reading (YAML with places), conditions, pack, compose, analyse, process, read_only, before_import, barrier, plugins.
"""
