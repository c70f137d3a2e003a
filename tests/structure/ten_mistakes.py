"""Ten mistakes that a programmer makes with the library; tests/structure/test_typing.py counts those that a type checker finds."""

from wayhome import Actor, Engine, commands

e = Engine.open("sqlite://")
a = Actor(id="a", organisation="o", roles="case_manager_sending")  # 1 found: one word where a list belongs
commands.Complete("WH-1")  # 2 found: no step
commands.Move()  # 3 found: no case, nowhere to go
commands.Consent("WH-1")  # 4 found: no purpose
commands.Complete("WH-1", step="safe_frist_contact")  # 5 told when done: steps are a pack's words
commands.Record("WH-1", facts={"age_statsu": 3})  # 6 told when done: facts are a pack's words
e.cases(as_=a, phase="identifcation")  # 7 found: no such phase
e.why("WH-1", "dpart", as_=a)  # 8 found: no such move
commands.Consent("WH-1", purpose="assistance", groups="case")  # 9 found: one word where a list belongs
commands.BY_WORD["open"]("WH-1")  # 10 found: a number as host country
