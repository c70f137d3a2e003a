"""Ten mistakes that a programmer makes with the library; tests/structure/test_typing.py sees that type checkers find them all.

`be_ng` is what `wayhome types BE NG` writes; the test makes it fresh.
"""

from be_ng import Facts, Step
from wayhome import Actor, Engine, commands

e = Engine.open("sqlite://")
a = Actor(id="a", organisation="o", roles="case_manager_sending")  # 1: one word where a list belongs
commands.Complete("WH-1")  # 2: no step
commands.Move()  # 3: no case, nowhere to go
commands.Consent("WH-1")  # 4: no purpose
commands.Complete("WH-1", step=Step.SAFE_FRIST_CONTACT)  # 5: no such step
commands.Record("WH-1", facts=Facts(age_statsu=3))  # 6: no such fact
e.cases(as_=a, phase="identifcation")  # 7: no such phase
e.why("WH-1", "dpart", as_=a)  # 8: no such move
commands.Consent("WH-1", purpose="assistance", groups="case", answer="given")  # 9: one word where a list belongs
commands.BY_WORD["open"]("WH-1")  # 10: a number as host country
