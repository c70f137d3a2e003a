"""The admin shell: click commands, rich views, and the interactive shell. Read in this order: door, main, commands, views."""
