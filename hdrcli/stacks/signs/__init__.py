"""The recognisers: one function a stack, which returns the stack's sign in one response, or None.

They are apart from the stacks' texts, as every run needs all of them, and the texts of one stack at most. A recogniser
rests on traits that no other stack shares: tests hold each against recorded responses of all the others.
"""
