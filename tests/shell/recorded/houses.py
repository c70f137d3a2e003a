"""One return as four houses see it, on the eve of the journey: the screens of docs/trust.md. `python -m tests.shell.recorded.houses` puts
them there anew.

The return is the first story of Nigeria, up to the boarding. Then her name and the ways to reach her are written down, and Caritas is named
by a consent, for the plan alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from wayhome import Actor, Consent, Engine, Record, Withdraw
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock, play
from wayhome.stories.telling import read_story

from tests.conftest import all_packs
from tests.golden.fingerprint import Counting
from tests.prepared import KEY
from tests.shell.recorded.desk import Desk
from tests.shell.recorded.playing import Screens, clean
from tests.whole_answers import EXPLAINED_ALL

PAGE = Path(__file__).parents[3] / "docs" / "trust.md"
STORY = (
    Path(__file__).parents[3] / "plugins" / "nigeria" / "wayhome_nigeria" / "stories" / "1-brussels-to-benin-city.yaml"
)
SHOWN = re.compile(r"^```screen ([\w-]+)\n.*?^```$", re.M | re.S)
ANNA, TOM = Actor("anna", "be_pag_asa", {"case_manager_sending"}), Actor("tom", "be_iom", {"travel_officer"})
CLAIRE, JOY = Actor("claire", "be_caritas", {"case_manager_sending"}), Actor("joy", "ng_bakhita", {"reception_officer"})
HOUSES = {"pag-asa": ANNA, "caritas": CLAIRE, "iom": TOM, "bakhita": JOY}
SAID = {
    "chosen_name": "Efe (invented)", "name_on_ticket": "EFE INVENTED", "reached_by": "(invented) her own telephone, evenings", "code_word": "an invented word",
}  # fmt: skip


class Eve(NamedTuple):
    """The return on the eve of the journey."""

    engine: Engine
    number: str


def the_eve(packs: Packs) -> Eve:
    """Play the story up to the boarding, and write down who she is."""
    story = read_story(STORY)
    boards = max(n for n, line in enumerate(story.lines) if line.do == "move" and line.fields.get("to") == "depart")
    clock = StoryClock(story.clock) if story.clock else StoryClock()
    engine = Engine.open("sqlite://", clock=clock, packs=packs, keys=lambda _: KEY, random=Counting())
    number = next(iter(play(engine, replace(story, lines=story.lines[:boards]), clock=clock).cases.values()))
    engine.do(Record(number, facts=SAID, by="person"), as_=ANNA)
    yes = {"language": "en", "version": "v1", "form": "written", "given_by": "person", **EXPLAINED_ALL}
    shared = Consent(
        number,
        purpose="share_partner",
        recipient="be_caritas",
        answer="given",
        groups=("first_name", "plan", "case"),
        **yes,
    )
    engine.do(shared, as_=ANNA)
    told = Consent(
        number, purpose="travel_data_share", recipient="be_iom", answer="given", groups=("ticket_name", "phone"), **yes
    )
    engine.do(told, as_=ANNA)
    for one in HOUSES.values():
        engine.put_actor(one)
    return Eve(engine, number)


def screen(eve: Eve, who: Actor) -> str:
    """Draw the first screen of the case as somebody sees it."""
    drawn: list[str] = []
    lines = iter((f"case show {eve.number}", None))

    def pull(text: str) -> str | None:
        drawn.append(text)
        return next(lines)

    Desk(eve.engine, "sqlite://", who.id).sits(pull)
    return clean(drawn[-1])


def screens(packs: Packs) -> Screens:
    """Draw what each house sees; and what Caritas sees when she has taken her consent back."""
    eve = the_eve(packs)
    with eve.engine:
        found = {house: screen(eve, who) for house, who in HOUSES.items()}
        eve.engine.do(Withdraw(eve.number, purpose="share_partner", recipient="be_caritas", channel="phone"), as_=TOM)
        found["caritas-after-a-no"] = screen(eve, CLAIRE)
    return found


def with_screens(page: str, drawn: Callable[[str], str]) -> str:
    """Put screens where the page shows them."""
    return SHOWN.sub(lambda one: f"```screen {one[1]}\n{drawn(one[1])}```", page)


if __name__ == "__main__":
    made = screens(all_packs())
    PAGE.write_text(with_screens(PAGE.read_text(encoding="utf-8"), made.__getitem__), encoding="utf-8")
