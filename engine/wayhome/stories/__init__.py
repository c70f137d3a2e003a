"""Stories: returns told as a list of commands with times and expectations. Tests, the demo, examples, import.

Read in this order: wording (a command as people type it), telling (the format), playing.
"""
