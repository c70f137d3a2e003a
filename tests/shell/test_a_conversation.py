"""A step is a conversation: question by question, nothing proposed, nothing lost. Without a terminal; the people are invented."""

from __future__ import annotations

import pytest
from wayhome import BadInput, Form
from wayhome.errors import Fault
from wayhome.model.form import RowsOf, Slot
from wayhome.shell.dialogue.conversation import Conversation

LEVELS = {"low": "low", "medium": "medium", "high": "high"}
FACTORS = {"debt_or_oath": "debt or oath", "family": "family has a part in it", "stigma": "stigma"}
MANY = {f"partner_{n}": f"Invented house {n}" for n in range(1, 43)} | {"xx_hom": "House of mercy", "hope": "Hope"}
ANSWERS = Slot(
    "factors", "answers", label="Whether it is there", values={"absent": "absent", "present": "present"}, about=FACTORS,
    required=True,
)  # fmt: skip
MATRIX = Slot(
    "matrix", "rows", label="Risks", rows_of=RowsOf("factors", "present", "factor"),
    columns=(
        Slot("factor", "code", values=FACTORS, required=True),
        Slot("likelihood", "code", label="how likely", values={"1": "1", "2": "2", "3": "3"}, required=True),
        Slot("measure", "text", label="what helps"),
    ),
)  # fmt: skip
LEGS = Slot(
    "legs", "rows", label="Legs", required=True,
    columns=(
        Slot("from", "place", required=True), Slot("to", "place", required=True),
        Slot("departs_at", "instant", required=True, place="from"), Slot("arrives_at", "instant", required=True, place="to"),
        Slot("carrier", "code"), Slot("to_zone", "code", place="to", looked_up=True),
    ),
)  # fmt: skip
AT = Slot("at", "moment", ask="When was it, if not just now?")


def talk(*slots: Slot, zone: str = "Europe/Brussels", **form: object) -> Conversation:
    return Conversation(Form("WH-00000-00000-0", {"do": "note", "group": "case"}, slots, zone=zone, **form))


def told(conversation: Conversation, *lines: str) -> Conversation:
    """Type lines, each of which is taken."""
    for line in lines:
        assert conversation.take(line) == "", line
    return conversation


def asked(conversation: Conversation) -> str:
    return conversation.next.label if conversation.next else ""


def taken(slot: Slot, line: str, zone: str = "Europe/Brussels") -> object:
    return told(talk(slot, zone=zone), line).answers().get(slot.name)


def refused(slot: Slot, line: str, zone: str = "Europe/Brussels") -> str:
    """Type what is not taken; gives the sentence that says what is wrong with it."""
    conversation = talk(slot, zone=zone)
    sentence = conversation.take(line)
    assert sentence
    assert not conversation.entered
    return sentence


# --- one answer ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "answer"), [("yes", True), ("y", True), ("NO", False), ("n", False), ("", None), ("  ", None)]
)
def test_a_yes_or_no_is_typed_as_a_word_or_its_letter_and_nothing_is_taken_for_an_answer(line, answer):
    assert taken(Slot("safe", "bool"), line) is answer


@pytest.mark.parametrize(
    "line", ["1", "true", "ja", "yes and no", "0"]
)  # a number chooses from a list, and there is none
def test_what_is_no_clear_yes_or_no_is_asked_again(line):
    assert refused(Slot("safe", "bool"), line) == "Type yes or no."


@pytest.mark.parametrize(
    ("line", "answer"),
    [("1", "low"), ("3", "high"), ("medium", "medium"), ("MED", "medium"), ("h", "high"), ("", None)],
)
def test_a_choice_is_typed_by_its_number_its_id_or_a_beginning(line, answer):
    assert taken(Slot("level", "code", values=LEVELS), line) == answer


@pytest.mark.parametrize("line", ["0", "4", "99999999999"])
def test_a_number_that_is_not_in_the_list_chooses_nothing(line):
    assert refused(Slot("level", "code", values=LEVELS), line).startswith("There is no")


def test_what_fits_nothing_is_not_repeated_for_it_may_be_a_name():
    assert "Invented" not in refused(Slot("who", "party", values=MANY), "An Invented Name")


def test_a_beginning_that_fits_several_chooses_none_and_shows_those():
    conversation = talk(Slot("level", "code", values={"low": "low", "lower": "lower", "high": "high"}))

    assert conversation.take("lo") == "Several begin so; here they are."
    assert conversation.shown(conversation.next) == ("low", "lower")
    assert told(conversation, "2").answers() == {"level": "lower"}


def test_the_whole_of_an_id_or_title_is_clear_though_another_begins_so():
    assert taken(Slot("level", "code", values={"low": "low", "lower": "lower"}), "low") == "low"


def test_a_word_in_the_middle_of_a_title_chooses_nothing():
    wanted = {"accepted": "The person accepts it", "declined": "The person does not want it"}

    assert (
        refused(Slot("result", "code", values=wanted), "no")
        == "Nothing in the list begins so. Type a number of the list; Ctrl-C leaves."
    )


def test_choices_that_are_numbers_are_typed_as_they_are():
    assert taken(Slot("score", "code", values={"0": "none", "1": "some", "2": "much"}), "0") == "0"
    assert taken(Slot("score", "code", values={"0": "none", "1": "some", "2": "much"}), "1") == "1"


@pytest.mark.parametrize(
    ("line", "answer"),
    [("1,3", ["low", "high"]), ("3, low", ["high", "low"]), ("2,2", ["medium"]), ("1,", ["low"]), ("", None)],
)
def test_several_are_chosen_with_commas_each_once(line, answer):
    assert taken(Slot("levels", "codes", values=LEVELS), line) == answer


@pytest.mark.parametrize("line", ["1,4", "low,nobody", ","])
def test_of_several_all_must_be_in_the_list(line):
    refused(Slot("levels", "codes", values=LEVELS), line)


def test_of_several_it_is_said_which_one_is_not_clear():
    assert "Part 2" in refused(Slot("levels", "codes", values=LEVELS), "1,x")


def test_words_of_an_open_list_are_written_with_commas():
    assert taken(Slot("languages", "languages"), "bin, en") == ["bin", "en"]
    assert "commas" in refused(Slot("languages", "languages"), "an Edo dialect")


SPOKEN = Slot("languages", "languages", values={"en": "English", "bin": "Edo (Bini)", "pt-BR": "Portuguese (Brazil)"})


@pytest.mark.parametrize(
    ("line", "answer"),
    [("1, edo", ["en", "bin"]), ("bin", ["bin"]), ("uk,2", ["uk", "bin"]), ("portu", ["pt-BR"]), ("pt", ["pt"])],
)
def test_a_language_is_said_by_its_number_its_name_or_its_code(line, answer):
    assert taken(SPOKEN, line) == answer


@pytest.mark.parametrize("line", ["Dutch", "4", "xx", "en, und"])
def test_what_is_no_language_is_not_taken_at_once(line):
    refused(SPOKEN, line)


def test_a_day_is_written_as_it_stands_in_the_calendar():
    assert taken(Slot("day", "date"), "2027-03-31") == "2027-03-31"
    assert refused(Slot("day", "date"), "31.3.2027") == "Write the day as 2027-03-31."
    assert refused(Slot("day", "date"), "2027-02-29") == "Write the day as 2027-03-31."  # there is none


@pytest.mark.parametrize(("line", "fits"), [("1", True), ("10", True), ("0", False), ("11", False), ("ten", False)])
def test_a_number_lies_between_its_least_and_its_most(line, fits):
    slot = Slot("score", "number", between=(1, 10))

    assert (talk(slot).take(line) == "") is fits


def test_an_amount_says_its_currency():
    assert taken(Slot("debt", "money"), "150 EUR") == "150 EUR"
    assert "150 EUR" in refused(Slot("debt", "money"), "150")


def test_a_text_stands_as_it_was_typed_a_number_too():
    assert taken(Slot("words", "text"), "  3 brothers, 'at home'  ") == "3 brothers, 'at home'"


# --- times -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "zone", "answer"),
    [
        ("2027-03-31 14:30", "Europe/Brussels", "2027-03-31T14:30:00+02:00"),
        ("2027-03-27 14:30", "Europe/Brussels", "2027-03-27T14:30:00+01:00"),  # one day before summer time
        ("2027-03-31T14:30", "Africa/Lagos", "2027-03-31T14:30:00+01:00"),
        ("2027-03-31 14:30+00:00", "Africa/Lagos", "2027-03-31T14:30:00+00:00"),  # it says its own
    ],
)
def test_a_time_without_a_zone_is_read_in_that_of_who_has_the_duty(line, zone, answer):
    assert taken(Slot("when", "instant"), line, zone) == answer


def test_a_time_is_shown_back_with_its_zone():
    conversation = told(talk(Slot("when", "instant", label="Reception from")), "2027-03-31 14:30")

    assert conversation.summary() == [("Reception from", "2027-03-31 14:30 UTC+02:00")]


def test_an_hour_that_comes_twice_is_asked_with_its_zone_and_one_that_never_comes_is_refused():
    slot = Slot("when", "instant")

    assert "comes twice" in refused(slot, "2027-10-31 02:30")
    assert "02:30+02:00 or 02:30+01:00" in refused(slot, "2027-10-31 02:30")
    assert "no such hour" in refused(slot, "2027-03-28 02:30")
    assert taken(slot, "2027-10-31 03:00") == "2027-10-31T03:00:00+01:00"  # after it


def test_a_day_alone_answers_when_something_was_and_not_when_somebody_boards():
    assert told(talk(Slot("was", "moment")), "2027-03-31").answers() == {"was": "2027-03-31"}
    assert "hour" in refused(Slot("departs_at", "instant"), "2027-03-31")


def test_the_times_of_a_leg_are_those_of_its_places():
    conversation = told(talk(LEGS), "bru", "LOS", "2027-04-01 10:00", "2027-04-01 17:10", "", "")

    assert conversation.answers() == {
        "legs": [
            {
                "from": "BRU",
                "to": "LOS",
                "departs_at": "2027-04-01T10:00:00+02:00",
                "arrives_at": "2027-04-01T17:10:00+01:00",
            }
        ]
    }


def test_of_an_airport_nobody_is_asked_where_it_lies():
    conversation = told(talk(LEGS), "BRU", "LOS", "2027-04-01 10:00", "2027-04-01 17:10", "")
    assert conversation.next.path == ("legs", 1, "from")
    conversation = told(talk(LEGS), "BRU", "an_invented_border", "2027-04-01 10:00", "2027-04-01 17:10", "")
    assert conversation.next.path == ("legs", 0, "to_zone")


# --- parties ---------------------------------------------------------------------------------------------------


def test_of_many_parties_at_most_ten_are_shown_and_what_is_typed_filters_them():
    conversation = talk(Slot("who", "party", values=MANY))

    assert len(conversation.shown(conversation.next)) == 10
    assert conversation.hidden(conversation.next) == 34
    assert conversation.take("invented house 4") == ""  # it is the whole title of one, though others begin so
    assert conversation.answers() == {"who": "partner_4"}


def test_a_party_is_found_by_a_word_of_its_title_and_chosen_from_those_that_are_left():
    assert taken(Slot("who", "party", values=MANY), "MERCY") == "xx_hom"
    conversation = talk(Slot("who", "party", values=MANY))

    assert conversation.take("inv") == "Several begin so; here they are."
    assert conversation.hidden(conversation.next) == 32
    assert conversation.take("house of") == ""  # typed anew, it is looked for among all
    assert conversation.answers() == {"who": "xx_hom"}


# --- question by question --------------------------------------------------------------------------------------


GIVEN = Slot(
    "answer", "code", ask="What did they answer?", values={"given": "given", "refused": "refused"}, required=True
)
LANGUAGE = Slot("language", "code", ask="In which language?", required=True, when={"answer": ("given",)})
PARTNER = Slot("partner", "party", label="Partner", required=True, unless=("ref",), values=MANY)
REF = Slot("ref", "party", label="Person", required=True, unless=("partner",))
WORDS = Slot("words", "text", label="Own words")


def test_questions_come_one_by_one_in_the_order_of_the_form():
    conversation = talk(GIVEN, LANGUAGE, WORDS)

    assert asked(conversation) == "What did they answer?"
    assert asked(told(conversation, "1")) == "In which language?"
    assert asked(told(conversation, "bin")) == "Own words"
    assert told(conversation, "").next is None


def test_what_does_not_arise_after_an_answer_is_not_asked():
    assert asked(told(talk(GIVEN, LANGUAGE, WORDS), "refused")) == "Own words"
    assert asked(told(talk(GIVEN, LANGUAGE, WORDS), "")) == "Own words"  # nor while that is not known
    assert told(talk(PARTNER, REF), "house of").next is None
    assert asked(told(talk(PARTNER, REF), "")) == "Person"


def test_enter_alone_leaves_out_what_is_optional_and_leaves_open_what_is_needed():
    conversation = told(talk(GIVEN, LANGUAGE, WORDS), "given", "", "")

    assert conversation.answers() == {"answer": "given"}
    assert conversation.open_still() == ["In which language?"]


def test_one_of_two_ways_to_name_somebody_is_enough():
    assert told(talk(PARTNER, REF), "", "relative-1").open_still() == []
    assert told(talk(PARTNER, REF), "", "").open_still() == ["Partner", "Person"]


def test_nothing_is_answered_before_it_is_typed():
    conversation = talk(GIVEN, LANGUAGE, PARTNER, WORDS, ANSWERS, MATRIX, LEGS, AT)

    assert conversation.answers() == {}
    with pytest.raises(BadInput):
        conversation.command()


def test_one_can_go_back_a_question_and_it_is_asked_again():
    conversation = told(talk(GIVEN, LANGUAGE, WORDS), "given", "bin")

    assert conversation.back()
    assert asked(conversation) == "In which language?"
    assert conversation.back()
    assert asked(told(conversation, "refused")) == "Own words"
    assert conversation.answers() == {"answer": "refused"}
    assert not talk(GIVEN).back()


BY_WHOM = Slot(
    "interpreter", "party", ask="Who interpreted?", values={"relative-1": "relative", "house": "An invented house"},
    lacks={"house": "this partner does not do that"},
)  # fmt: skip
ASKED = (GIVEN, LANGUAGE, BY_WHOM, WORDS)


def test_one_goes_back_over_an_answer_that_was_refused_and_the_others_stay():
    conversation = told(talk(*ASKED), "given", "bin", "house", "invented words")

    conversation.ask_again([Fault("interpreter", "unknown", "They do not do that.", "", "Name somebody else.")])

    assert asked(conversation) == "Who interpreted?"
    assert conversation.back()
    assert asked(conversation) == "In which language?"  # it stayed at the same question, and lost the answers behind it
    assert conversation.back()
    assert asked(told(conversation, "given", "pcm")) == "Who interpreted?"
    assert asked(told(conversation, "relative-1")) == ""
    assert conversation.answers()["words"] == "invented words"


@pytest.mark.parametrize(
    ("subjects", "asks"),
    [
        ({"interpreter"}, "Who interpreted?"),  # the question that names them
        ({"house"}, "Who interpreted?"),  # whom it names
        ({"case"}, "Who interpreted?"),  # what it is all about
        ({"safety_plan"}, ""),  # what nobody is asked here
    ],
)
def test_whom_a_refusal_is_about_is_asked_again_and_nothing_else(subjects, asks):
    conversation = told(talk(*ASKED), "given", "bin", "house", "invented words")

    assert conversation.ask_again_whom(subjects) is bool(asks)

    assert asked(conversation) == asks
    assert {"answer", "language", "words"} <= conversation.answers().keys()


HEARD_IN = Slot(
    "language", "language", ask="In which language?", values={"en": "English", "pcm": "Pidgin"}, recurs=True
)
VERSION = Slot("version", "code", ask="From which version?", values={"v1": "v1"}, closed=True, recurs=True)


def test_what_was_answered_in_the_same_talk_is_offered_and_taken_only_when_it_is_typed():
    before = told(talk(HEARD_IN, VERSION, BY_WHOM), "pcm", "v1", "relative-1")

    offers = before.recurring()
    again = Conversation(before.form, offers=offers)

    assert offers == {"language": "pcm", "version": "v1"}  # and nobody is offered as interpreter again
    assert again.answers() == {}
    assert again.offered(again.next) == "pcm"
    assert told(again, "=", "").answers() == {"language": "pcm"}  # Enter says that it is not known
    assert again.offered(again.next) is None
    assert again.take("=")


def test_a_version_that_this_text_has_not_is_not_offered():
    other = Conversation(talk(VERSION).form, offers={"version": "v2"})

    assert other.offered(other.next) is None
    assert other.take("=")


def test_when_it_was_is_asked_only_of_who_wants_to_say_it():
    conversation = talk(AT)
    assert conversation.next is None

    conversation.asks_last = True

    assert asked(conversation) == "When was it, if not just now?"


# --- tables ----------------------------------------------------------------------------------------------------


def test_each_of_several_questions_is_asked_by_its_title_and_answered_by_a_number():
    conversation = told(talk(ANSWERS), "2", "absent", "2")

    assert conversation.answers() == {"factors": {"debt_or_oath": "present", "family": "absent", "stigma": "present"}}
    assert conversation.summary() == [  # those that are alike together
        ("Whether it is there, absent", "family has a part in it"),
        ("Whether it is there, present", "debt or oath, stigma"),
    ]


def test_one_of_several_questions_that_is_not_known_stays_open():
    assert told(talk(ANSWERS), "1", "", "1").open_still() == ["Whether it is there: family has a part in it"]


def test_a_table_has_a_row_for_each_that_was_answered_so_and_none_to_name_it():
    conversation = told(talk(ANSWERS, MATRIX), "present", "absent", "present")

    first = conversation.next
    assert (first.of, first.label) == ("debt or oath", "how likely")
    told(conversation, "3", "")
    assert conversation.next.of == "stigma"
    told(conversation, "1", "an invented measure")
    assert conversation.next is None
    assert conversation.answers()["matrix"] == [
        {"factor": "debt_or_oath", "likelihood": "3"},
        {"factor": "stigma", "likelihood": "1", "measure": "an invented measure"},
    ]
    assert conversation.summary()[-1] == ("Risks, 2", "factor: stigma; how likely: 1; what helps: an invented measure")


def test_a_table_whose_other_question_names_nothing_has_no_row():
    conversation = told(talk(ANSWERS, MATRIX), "absent", "absent", "absent")

    assert conversation.next is None
    assert "matrix" not in conversation.answers()


def test_what_a_row_needs_and_is_not_known_stays_open():
    assert told(talk(ANSWERS, MATRIX), "present", "1", "1", "", "").open_still() == ["debt or oath: how likely"]


def test_other_tables_grow_row_by_row_until_enter():
    conversation = told(talk(LEGS, WORDS), "BRU", "IST", "2027-04-01 10:00", "2027-04-01 14:00", "")

    assert conversation.next.of == "Legs, row 2"
    told(conversation, "IST", "LOS", "2027-04-01 16:00", "2027-04-01 21:00", "tk")
    assert asked(told(conversation, "")) == "Own words"
    assert [leg["to"] for leg in conversation.answers()["legs"]] == ["IST", "LOS"]


def test_a_table_that_is_needed_and_empty_stays_open():
    assert told(talk(LEGS), "").open_still() == ["Legs, row 1: from"]
    assert told(talk(LEGS), "").answers() == {}


# --- drafts and the end ----------------------------------------------------------------------------------------


def test_a_draft_goes_on_where_it_stopped_and_asks_again_what_was_needed_and_not_known():
    stopped = told(talk(GIVEN, LANGUAGE, WORDS), "given", "")

    again = Conversation(stopped.form, entered=stopped.entered)

    assert asked(again) == "In which language?"
    assert asked(told(again, "en")) == "Own words"
    assert again.answers() == {"answer": "given", "language": "en"}


def test_a_draft_forgets_what_the_form_asks_no_more():
    stopped = told(talk(GIVEN, WORDS), "given", "invented words")

    assert Conversation(talk(WORDS).form, entered=stopped.entered).answers() == {"words": "invented words"}


def test_what_was_answered_is_told_by_labels_and_titles():
    conversation = told(talk(PARTNER, Slot("safe", "bool", label="Safe tonight")), "xx_hom", "no")

    assert conversation.summary() == [("Partner", "House of mercy"), ("Safe tonight", "no")]


def test_answers_make_the_command_for_the_version_that_was_shown():
    made = told(talk(Slot("text", "text", required=True)), "invented words").command(if_version=7)

    assert (made.word, made.text, made.if_version) == ("note", "invented words", 7)


def test_what_was_wrong_is_asked_again_and_the_rest_is_kept():
    conversation = told(talk(PARTNER, WORDS, AT), "mercy", "invented words")

    wrong = conversation.ask_again([Fault("words", "too_long", "'{name}' is too long.", values={"name": "words"})])

    assert wrong == ["'Own words' is too long."]
    assert asked(conversation) == "Own words"
    assert conversation.answers() == {"partner": "xx_hom"}


def test_what_was_wrong_in_a_row_is_asked_again_by_its_row():
    conversation = told(talk(ANSWERS, MATRIX), "absent", "present", "present", "1", "", "2", "")

    conversation.ask_again([Fault("matrix[1].measure", "missing", "'{name}' is missing.", values={"name": "measure"})])

    assert (conversation.next.of, conversation.next.label) == ("stigma", "what helps")


def test_what_was_not_known_in_a_row_is_asked_again_with_what_was_wrong_there():
    conversation = told(talk(ANSWERS, MATRIX), "absent", "absent", "present", "3", "")
    lower: dict[str, object] = {"name": "likelihood", "lacks": ["measure"]}

    wrong = conversation.ask_again(
        [Fault("matrix[0].likelihood", "missing", "'{name}' is lower.", "", "Say what helps: {lacks}.", lower)]
    )

    assert wrong == ["'Risks' is lower. Say what helps: ['measure']."]
    assert asked(conversation) == "how likely"
    assert asked(told(conversation, "2")) == "what helps"


def test_a_fault_of_no_question_takes_nothing_away():
    conversation = told(talk(WORDS), "invented words")

    assert conversation.ask_again([Fault("colour", "unknown", "There is no such field.")]) == [
        "There is no such field."
    ]
    assert conversation.next is None


def test_when_it_was_is_asked_where_that_was_wrong():
    conversation = told(talk(WORDS, AT), "invented words")

    conversation.ask_again([Fault("at", "contradiction", "It lies ahead.", todo_template="Correct at=….")])

    assert asked(conversation) == "When was it, if not just now?"


def test_a_long_list_of_questions_is_left_at_once_and_what_is_needed_is_asked_still() -> None:
    words = [Slot(f"w_{n}", "text", label=f"question {n}") for n in range(20)]
    one = talk(
        words[0], *words[1:10], Slot("result", "code", label="result", values=LEVELS, required=True), *words[10:]
    )

    told(one, "(invented) well")
    one.leave_the_rest()
    assert asked(one) == "result"
    told(one, "low")
    assert one.next is None
    assert one.answers() == {"w_0": "(invented) well", "result": "low"}
