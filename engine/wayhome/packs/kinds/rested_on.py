"""What evidence can rest on beside facts, results of steps, consents and roles: parts of the journey, where it leads, and news."""

from collections.abc import Mapping

from wayhome.errors import Template

# How each is called in the sentence that says what has changed.
RESTED_ON: Mapping[str, Template] = {
    "travel.route": "the route",
    "travel.times": "the times of the journey",
    "travel.arrival": "where and when the person lands",
    "travel.airport": "where the person lands",
    "travel.landing": "where the person lands, and on which day",
    "travel.meeting": "who meets the person, and where",
    "travel.way": "the countries and nights of the way",
    "companions": "who travels along",
    "place_of_return": "the place of return",
    # News: that it has come is a change, whatever it says.
    "news.alarms": "something has happened, or is over",
    "news.risk": "a note of risk",
    "news.health": "a note of health",
    "news.answers": "a danger that the person spoke of",
    "news.suspicions": "one of the family, or a friend, is under suspicion, or no longer",
    "news.told": "somebody was told without consent",
    "news.reopened": "the case was closed, and opened again",
}
NEWS = "news"
OF_THE_JOURNEY = "travel"  # the data group of its parts: from what to what they changed is told to whom may read it
