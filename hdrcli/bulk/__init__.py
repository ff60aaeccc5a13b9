"""Lists of URLs of any length: each line is checked, and becomes one line of JSON.

Theory of operation
-------------------
`run` connects four parts. A thread reads the list (`lines`), as a pipe may bring its next line late. `Schedule` hands
out lines, so that no site (a registrable domain, or a host without one) has more than a few at once; the lines that
wait for their site are bounded, and so is what the thread has read. Workers check one line each (`target`), by the same
flow as `hdrcli check`: a service with one route. `Results` appends the line of JSON.

A long list has several schedules. A site belongs to one of them by its hash, and each has a process of its own
(`processes`), to which the workers send their lines: limits for a site hold without messages between processes, and one
process writes all results.

Memory is that of the targets which are being checked, and 11 to 22 bytes for each result of earlier runs: what a
result came from is a hash of the line's number and text. A run that was killed is resumed from its output. A line of
JSON that was cut off is removed first, and lines that have a result are passed over, so that each has exactly one.
"""
