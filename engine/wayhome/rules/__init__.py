"""What must hold. Pure: from facts in memory; never saves, sends, logs, or asks the clock.

Read safeguard (what a rule is, and when it is asked), then the numbered rules by theme: consent_to_return, risk, reception,
health, travel_documents, children, proceedings, contacts, closing, process_and_actors; then gates (steps that a move waits
for) and asking (everything that is declared for a command). The command that would help is found in wayhome.remedies.
"""

# Raised by whoever changes a rule so that a move could be judged otherwise. Each event keeps it: a move is judged again
# (`verify`) only by the rules by which it was decided.
REVISION = 23
