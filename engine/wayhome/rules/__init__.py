"""The safeguards and gates: pure functions that answer with reasons.

Read in this order: gates (steps that a move waits for), remedies (the command that
would help), then the numbered rules: before_departure, contacts_and_people, proceedings, children, closing, standing.
`registry` says which rule is asked when.
"""
