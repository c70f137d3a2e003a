"""Where proceedings stand is asked anew when a matter that is known gets another day."""

from datetime import timedelta

from tests.attacks.play import LAWYER, Play, begun, evidence_is_fresh


def cleared_with_a_matter(case: Play) -> None:
    evidence_is_fresh(case)
    matter = {
        "do": "enter",
        "register": "legal_matter",
        "matter": "criminal",
        "country": "BE",
        "presence": "not_needed",
    }
    case.given(LAWYER, matter)
    case.prepare(waiting=False)


def test_a_day_in_a_matter_that_was_known_is_looked_at_before_she_boards() -> None:
    with begun(cleared_with_a_matter) as case:
        assert not case.why().says("proceedings_clearance")
        day = (case.now + timedelta(days=5)).isoformat()
        case.given(LAWYER, {"do": "update", "ref": "legal_matter-1", "next_on": day})

        assert case.why().says("proceedings_clearance")


def test_honest_words_of_hers_in_a_matter_ask_nothing_anew() -> None:
    with begun(cleared_with_a_matter) as case:
        case.given(LAWYER, {"do": "update", "ref": "legal_matter-1", "her_wish": "(invented) I want my wages"})

        assert not case.why().says("proceedings_clearance")
