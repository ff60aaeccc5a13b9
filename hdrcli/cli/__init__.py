"""The command line: argv in, exit status out. It formats nothing and inspects nothing."""
