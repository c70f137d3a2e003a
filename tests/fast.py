"""What `make test FAST=1` runs: enough to see at once whether a rule still holds. `make test` runs everything.

It leaves out PostgreSQL (tests/postgres.py), of a test with many rows all but the first and the last, and what takes long and looks at
everything at once (`LONG`). Where a rule is developed nothing is left out: `WHOLE`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

FAST = "WAYHOME_TEST_FAST"  # set by `make test FAST=1`
WHOLE = ("tests/rules/", "tests/golden/", "tests/calendar/", "tests/cards/")

# Each of these takes about a second of the processor or more, by what was measured on 2026-11-30.
LONG: dict[str, tuple[str, ...]] = {
    "tests/access/test_rights.py": (
        "test_each_role_is_told_and_does_what_the_text_says_and_nothing_else",
        "test_each_question_is_asked_where_the_text_says_yes_and_where_it_says_no",
        "test_where_it_is_known_to_differ_it_still_does",
        "test_the_glass_is_broken_on_each_ground_by_the_roles_that_may_and_by_no_others",
    ),
    "tests/access/test_two_hundred_walks.py": ("test_twenty_walks_obtain_nothing_more",),
    "tests/attacks/test_a_child_with_a_case_of_its_own.py": (
        "test_honest_that_it_is_not_cleared_there_is_written_down",
        "test_no_move_is_listed_that_is_refused",
    ),
    "tests/attacks/test_a_move_is_judged_again.py": (
        "test_a_departure_under_a_process_that_the_case_does_not_have_is_named",
        "test_honest_a_partner_that_works_no_longer_makes_no_departure_wrong",
        "test_no_pack_is_asked_again_and_what_it_said_is_kept",
    ),
    "tests/attacks/test_a_return_that_is_taken_over.py": (
        "test_honest_forty_running_returns_in_an_afternoon_by_two_people",
    ),
    "tests/attacks/test_after_a_no.py": ("test_honest_who_says_no_at_the_gate_and_then_wishes_to_go_can_go",),
    "tests/attacks/test_age.py": ("test_who_turned_18_on_the_way_is_not_asked_for_ever_through_a_guardian",),
    "tests/attacks/test_closing_before_they_were_met.py": ("test_a_child_is_never_left_alone",),
    "tests/attacks/test_companions_and_what_happens_to_them.py": (
        "test_a_passport_that_somebody_else_keeps_takes_nobody_over_a_border",
        "test_honest_a_mother_whose_child_was_ill_or_in_danger_and_died_is_not_held_for_ever",
        "test_honest_what_happens_to_a_young_brother_ends_when_he_stays",
    ),
    "tests/attacks/test_families_risk_and_versions.py": (
        "test_a_child_who_travels_along_stands_in_the_risk_assessment",
        "test_a_childs_plain_return_takes_at_most_a_third_more_acts_than_an_adults",
        "test_no_child_is_taken_along_against_what_was_found",
    ),
    "tests/attacks/test_of_each_who_goes_along.py": (
        "test_each_has_a_paper_of_their_own_kind",
        "test_honest_a_letter_that_cannot_be_asked_for_holds_nobody",
        "test_the_death_of_a_child_closes_nothing_and_is_no_death_of_the_person",
    ),
    "tests/attacks/test_the_library.py": ("test_junk_in_any_field_of_any_command_is_an_error_of_ours",),
    "tests/attacks/test_the_store.py": ("test_four_workers_that_make_and_open_a_new_database_at_once_find_one_whole",),
    "tests/attacks/test_under_a_newer_process.py": (
        "test_nobody_departs_to_a_partner_whom_the_newest_pack_has_let_go",
        "test_who_boarded_as_all_rules_said_then_departed_whatever_was_adopted_since",
    ),
    "tests/attacks/test_what_silence_means.py": ("test_a_pack_says_what_silence_means_without_any_code",),
    "tests/benchmarks/test_before.py": (
        "test_each_command_that_a_user_gives_is_done",
        "test_who_would_run_the_code_of_another_tree_is_stopped",
    ),
    "tests/countries/test_papers_to_nigeria.py": ("test_a_one_way_paper_that_is_held_flies",),
    "tests/docs/test_generated_docs.py": ("test_every_generated_page_is_fresh",),
    "tests/docs/test_operate.py": ("test_the_sheets_quote_sentences_that_the_program_says",),
    "tests/docs/test_readme.py": (
        "test_the_shell_lines_work_as_printed",
        "test_the_twenty_lines_work_as_printed",
    ),
    "tests/docs/test_shell_doc.py": ("test_every_line_does_what_the_page_says",),
    "tests/examples/test_fastapi_service.py": ("test_whatever_its_document_allows_or_not_no_answer_is_a_server_error",),
    "tests/flow/test_a_newer_process.py": (
        "test_a_clearance_does_not_outlive_the_process_under_which_it_was_given",
        "test_a_newer_pack_that_asks_for_a_step_more_is_adopted_by_who_works_on_the_case",
        "test_what_is_told_late_in_new_words_counts_under_the_process_of_then",
    ),
    "tests/flow/test_apply.py": ("test_any_case_is_the_same_after_being_a_row",),
    "tests/flow/test_what_events_say.py": ("test_the_events_of_a_random_walk_say_what_is_declared",),
    "tests/forms/test_forms.py": (
        "test_each_slot_and_column_of_every_form_says_what_it_is_called_and_goes_out_as_json",
    ),
    "tests/model/test_data.py": ("test_a_whole_return_told_in_members_of_enums_makes_the_same_ledger",),
    "tests/packs/test_every_answer_decides.py": (
        "test_every_answer_of_the_core_decides_something_or_is_kept_for_people",
    ),
    "tests/packs/test_a_new_kind.py": ("test_a_new_kind_is_read_checked_composed_and_stored_by_its_class_alone",),
    "tests/packs/test_compiled.py": ("test_who_asks_about_a_case_a_second_time_reads_no_yaml",),
    "tests/packs/test_every_key_has_a_reader.py": ("test_what_decides_is_read_where_cases_are_judged",),
    "tests/packs/test_planted_plugins.py": ("test_all_of_it_holds_for_the_program_that_is_really_started",),
    "tests/packs/test_what_a_check_answers.py": ("test_a_walk_waits_as_long_as_the_example_of_the_page_says",),
    "tests/shell/test_a_list.py": ("test_two_programs_that_run_the_same_list_do_it_once",),
    "tests/shell/test_guidance_on_screens.py": ("test_every_sentence_of_guidance_of_every_pack_stands_on_a_screen",),
    "tests/shell/test_other_code.py": (
        "test_other_code_under_the_same_revision_forbids_and_is_told_until_the_case_adopts_it",
    ),
    "tests/shell/test_recorded_scripts.py": ("test_each_screen_that_is_kept_is_drawn_as_it_was_accepted",),
    "tests/store/test_a_server_that_goes.py": ("test_a_person_and_a_batch_on_one_case_lose_no_update_and_no_key",),
    "tests/store/test_backup.py": (
        "test_a_backup_that_a_busy_computer_cannot_open_again_is_none",
        "test_a_wrong_passphrase_is_told",
        "test_the_passphrase_opens_it_however_a_keyboard_writes_it",
        "test_whoever_is_killed_while_making_one_leaves_none_or_a_whole_one_and_the_database_as_it_was",
        "test_whoever_is_killed_while_putting_one_back_leaves_nothing_or_all_of_it",
    ),
    "tests/store/test_durability.py": (
        "test_eight_threads_read_whole_commands_while_another_writes",
        "test_whoever_is_killed_at_no_place_makes_a_database",
    ),
    "tests/store/test_ledger.py": ("test_an_untouched_database_verifies_clean",),
    "tests/store/test_many_at_once.py": (
        "test_after_kill_9_what_was_told_is_there_and_the_list_goes_on_where_it_stopped",
    ),
    "tests/structure/test_openapi.py": (
        "test_every_event_and_case_of_every_story_is_as_it_says_also_for_who_may_read_little",
    ),
    "tests/structure/test_sentences.py": (
        "test_in_another_language_nothing_of_a_reason_stays_in_english",
        "test_no_sentence_of_the_engine_is_put_together_and_each_name_has_its_value",
    ),
    "tests/structure/test_the_house.py": ("test_who_looks_at_a_case_in_a_file_of_ours_loads_nothing_heavy",),
    "tests/structure/test_typing.py": ("test_pyright_finds_the_ten_mistakes_and_nothing_in_ten_honest_lines",),
    "tests/test_pinned_cases.py": (
        "test_a_case_behaves_the_same_after_its_pack_has_changed",
        "test_a_departure_that_is_written_down_after_the_newer_code_was_adopted_is_judged_by_that",
        "test_a_departure_that_was_right_stays_right_when_the_code_of_its_checks_changes",
        "test_a_programme_manager_leads_a_case_to_the_newer_code",
    ),
    "tests/test_the_promises_of_asking.py": (
        "test_on_a_whole_way_and_after_what_changes_each_line_of_what_is_next_can_be_done",
        "test_the_questions_answered_from_a_table_lead_to_a_permitted_departure",
    ),
    "tests/testing/test_fixtures_for_embedders.py": ("test_a_case_is_brought_to_any_phase",),
    "tests/today/test_a_morning_at_the_office.py": (
        "test_each_screen_is_drawn_as_it_was_accepted",
        "test_each_section_shows_its_name_its_true_count_and_its_first_line",
    ),
    "tests/today/test_a_moving_office.py": (
        "test_an_office_moves",
        "test_every_morning_each_case_with_something_due_stands_on_the_list_of_somebody_who_can_act",
        "test_a_ring_calls_nobody_who_has_left",
    ),
}


def is_fast() -> bool:
    """Say whether a run is to be quick."""
    return bool(os.environ.get(FAST))


def sample(items: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Give the tests that a quick run runs, and those that it leaves out."""
    rows: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for item in items:
        rows[item.nodeid.partition("::")[0], item.nodeid.partition("[")[0]].append(item)
    kept: set[int] = set()
    for (file, name), all_rows in rows.items():
        if name.rpartition("::")[2] not in LONG.get(file, ()):
            few = all_rows if file.startswith(WHOLE) else (all_rows[0], all_rows[-1])
            kept.update(map(id, few))
    return [item for item in items if id(item) in kept], [item for item in items if id(item) not in kept]
