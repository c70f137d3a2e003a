"""What is done at the prompt beside commands: a step as a conversation, a signature, and a no of the person.

desk            what a typed line means: a case to work on, a number, a step by its name, `no`
conversation    a form as questions and answers, without a terminal
typed_answers   one answer, as it is typed
talking         a conversation at a terminal
refusing        a no of the person
"""
