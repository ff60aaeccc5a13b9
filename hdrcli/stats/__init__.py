"""Statistics of many results: those of `hdrcli bulk` are counted, and written as tables, JSON or an HTML page.

Theory of operation
-------------------
`Reader` turns files into rows, one after the other: lines that are not results are counted and not read, and of rows
with the same key only the first is handed out. `Statistics` counts rows and drops them. The writers (`table`, `json`
and `page`) only read the counts.

Memory does not grow with the results, with one exception: each key is stored, in eight bytes (`Keys`). Statuses, codes
and numbers of headers have few values. Names of headers are texts of servers, of which there may be as many as there
are results: `Frequent` counts those that occur most.
"""
