"""The admin shell: click commands, rich views, and the interactive shell. Read in this order: session, main, commands, views."""
