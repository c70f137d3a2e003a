"""Ten lines as they should be, beside `ten_mistakes.py`: no type checker finds anything in them."""

from datetime import date

from be_ng import DocumentKind, Fact, Facts, Group, IncidentType, InitialRiskAssessmentResult, Purpose, Role, Step
from wayhome import Actor, Complete, Engine, Move, commands

e = Engine.open("sqlite://")
a = Actor(id="a", organisation="o", roles={Role.CASE_MANAGER_SENDING})  # 1
Complete("WH-1", step=Step.INITIAL_RISK_ASSESSMENT, result=InitialRiskAssessmentResult.LOW)  # 2
Move("WH-1", to="depart")  # 3
commands.Consent("WH-1", purpose=Purpose.ASSISTANCE, groups=[Group.CASE], answer="given")  # 4
commands.Complete("WH-1", step="safe_first_contact")  # 5
commands.Record("WH-1", facts=Facts(age_status=None, turns_18_on=date(2030, 1, 1), languages=["en"]))  # 6
e.cases(as_=a, phase="identification")  # 7
e.why("WH-1", commands.Document("WH-1", kind=DocumentKind.NG_ETC, status="held"), as_=a)  # 8
commands.Incident("WH-1", type=IncidentType.LOST_CONTACT)  # 9
adult = e.case("WH-1", as_=a).facts[Fact.AGE_STATUS] == "adult"  # 10
