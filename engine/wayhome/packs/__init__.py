"""How a pack is read, validated, composed into a process, analysed and hashed; hooks and their loader.

Read in this order: schema (the format), reading (YAML with places), conditions, pack, compose, analyse, process, loader.
"""
