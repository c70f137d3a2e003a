"""How a pack is read, validated, composed into a process, analysed and hashed; hooks and the plugins.

Read in this order: kinds (the format), files (which there are), reading (YAML with places), conditions, pack, compose, names, marks, analyse, process, read_only, before_import, barrier, plugins.
"""
