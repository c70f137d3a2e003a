"""Stories: returns told as a list of commands with times and expectations. Tests, the demo, examples, import.

Read in this order: wording (a command as people write it), telling (the format), playing.
"""

from wayhome.stories.playing import Failure, Played, check, play, throw_away_engine
from wayhome.stories.telling import Line, Story, read_lines, read_story
from wayhome.stories.wording import as_words, command_from

__all__ = [
    "Failure",
    "Line",
    "Played",
    "Story",
    "as_words",
    "check",
    "command_from",
    "play",
    "read_lines",
    "read_story",
    "throw_away_engine",
]
