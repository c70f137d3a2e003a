"""The closed answers that decide nothing: kept for who reads them, each with why. tests/packs/test_every_answer_decides.py holds the list.

A rule is not made to shorten it. Of a list of codes, each code is an answer.
"""

from __future__ import annotations

from collections.abc import Mapping

# Of the core, and not more than these: what a person reads it for.
MOST = 25
FOR_PEOPLE: Mapping[str, str] = {
    "identification_decision.decided_by":
        "The Victim Case Data Standard asks which kind of body decided; protection is the same whoever did.",
    "reintegration_plan_review.result":
        "Help after the return waits for no paper; who reads the plan sees whether she signed one, and which.",
    "origin_information.origin_source":
        "Who reads the sheet weighs it by who wrote it; its date is what ages.",
    "party_vetting.how=visited": "The second who signs reads how somebody was looked at, and may disagree.",
    "party_vetting.how=police_or_court_extract": "The second who signs reads how somebody was looked at, and may disagree.",
    "party_vetting.how=references_called": "The second who signs reads how somebody was looked at, and may disagree.",
    "party_vetting.how=known_to_partner": "The second who signs reads how somebody was looked at, and may disagree.",
    # Whatever is answered, it is one of these: that it was heard in writing cannot be said at all.
    "contact_declined.heard=visit": "Who looks at it again reads how it was heard; that it was face to face or live is settled by the list itself.",
    "contact_declined.heard=phone": "Who looks at it again reads how it was heard; that it was face to face or live is settled by the list itself.",
    "contact_declined.heard=video": "Who looks at it again reads how it was heard; that it was face to face or live is settled by the list itself.",
    "company_wanted.heard=visit": "Who signs has heard it so; that it was heard from her and not read is settled by the list itself.",
    "company_wanted.heard=phone": "Who signs has heard it so; that it was heard from her and not read is settled by the list itself.",
    "company_wanted.heard=video": "Who signs has heard it so; that it was heard from her and not read is settled by the list itself.",
    "own_early_flight.heard=visit": "Who signs reads how the lawyer heard it; that it was heard and not read is settled by the list itself.",
    "own_early_flight.heard=phone": "Who signs reads how the lawyer heard it; that it was heard and not read is settled by the list itself.",
    "own_early_flight.heard=video": "Who signs reads how the lawyer heard it; that it was heard and not read is settled by the list itself.",
    "best_interests_determination.decided_by": "Who signs reads whether a panel or a court has decided; of a court it is said which decision, and where it lies.",
    "death_confirmation.no_family": "Who closes the case reads from whom the death is known; that the two sources differ is asked at the other one.",
    "withdraw.channel":
        "A no counts however it comes; the case worker reads by which way the person can be asked what they need.",
    # Health and danger.
    "child_fit_check.vaccinations":
        "The next doctor reads it; whether the child may travel is their result, and a certificate that a border asks for is a paper of its own.",
    "post_arrival_risk_assessment.matrix.about":
        "Who sees to a risk reads whom it is about; the level is the highest of all rows, whoever is endangered.",
}  # fmt: skip

# Of the packs, by the pack that asks it.
BUDGET = "The register of budgets and payments: what was granted, paid and proved."
OF_PACKS: Mapping[str, Mapping[str, str]] = {
    "belgium": {
        "be_residence_document.result": "The centre and the lawyer read it: help and return wait for no residence document.",
        "be_return_of_seized_documents.result": "Whoever collects the papers reads it: the journey waits for an answer, whatever it is.",
    },
    "nigeria": {
        "ng_airport_pickup.recognised_by": "Who meets her reads which sign was agreed; the sign itself stands beside it.",
    },
}  # fmt: skip

# Judged by reading, and not by trying, each with why; a test sees that it says what it is listed for.
BY_READING: Mapping[str, str] = {
    # Only of a return to a country whose people need no visa for Belgium; this test plays Nigeria.
    "be_support_on_vulnerability.result": "sets",
}

# Who reads what, for how long, and who is rung: held in tests/access/test_who_is_let_in_for_a_while.py.
BY_ACCESS = frozenset({"open_up.ground", "close_up.right", "close_up.told"})
