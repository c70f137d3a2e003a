"""Three returns as they are typed at the shell, from the first call: scripts to read, to play, and to make again."""
