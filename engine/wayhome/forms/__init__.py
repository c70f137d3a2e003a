"""Forms: a command whose open places are questions, and never answers.

A refusal, a line of what is next, a second signature, a command that somebody is about to give: each is a form. What
identifies (step, purpose, ref …) stands in its command; what judges, consents, vets, attempts or quotes is an open slot.
"""

from __future__ import annotations

from wayhome.forms.form import SUBJECT_OF as SUBJECT_OF
from wayhome.forms.form import Form as Form
from wayhome.forms.form import completes as completes
from wayhome.forms.form import form_of as form_of
from wayhome.forms.opening import said_to_open as said_to_open
from wayhome.forms.reach import Reach as Reach
from wayhome.forms.reach import contacts_of as contacts_of
from wayhome.forms.reach import noted as noted
from wayhome.forms.slots import open_slots as open_slots
from wayhome.forms.slots import slots as slots
from wayhome.forms.values import zone_for as zone_for
from wayhome.forms.written import confirmed as confirmed
from wayhome.forms.written import entries_behind as entries_behind
from wayhome.forms.written import written as written
