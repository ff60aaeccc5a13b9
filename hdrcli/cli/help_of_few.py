"""The help of the commands that take few of the settings: `bulk`, `audit`, `proxy` and `stats`."""

from __future__ import annotations

from typing import ClassVar, Final

from hdrcli.cli.help import FewSettingsCommand

_NETWORK: Final = frozenset({"timeout", "connect_timeout", "retries", "rate", "proxy", "http2", "verify", "cacert"})

SETTINGS_OF_BULK: Final = _NETWORK | {"origins", "credentials", "browsers", "probe", "fail_on", "select", "ignore"}
"""The settings of a check that make sense for URLs of strangers: nothing that logs in or writes."""

SETTINGS_OF_AUDIT: Final = _NETWORK | {"origins", "browsers", "max_time", "fail_on", "stack", "dry_run"}
"""As `SETTINGS_OF_BULK`."""

SETTINGS_OF_STATS: Final = frozenset({"color"})


SETTINGS_OF_PROXY: Final = frozenset(
    {
        *("connect_timeout", "verify", "cacert"),
        *("expect_readable", "expect_hidden", "expect_absent", "expect_status"),
        *("fail_on", "fail_on_blocked", "select", "ignore", "baseline", "stack"),
        *("formats", "output", "show", "color", "exchanges", "show_secrets", "quiet", "verbose"),
    }
)
"""The settings of a check that make sense for requests that others send."""


class BulkCommand(FewSettingsCommand):
    """The help of `hdrcli bulk`."""

    heading = "List"
    rows = (
        ("LIST", "A file with a URL or a host on each line; # begins a comment. - is standard input."),
        (
            "-o, --output FILE",
            (
                "Append the results to this file. Lines that have a result there are skipped, so that the same command "
                "resumes an interrupted run. Default: standard output."
            ),
        ),
        ("--targets-at-once N", "The number of targets to check at once. [default: 100]"),
        (
            "--processes N",
            (
                "The number of processes that share a list with more targets than --targets-at-once. Default: the "
                "number of cores, at most 16."
            ),
        ),
        (
            "--per-host N",
            (
                "Check at most N targets of one host, or of one registrable domain such as example.com, at once. "
                "[default: 2]"
            ),
        ),
        ("--per-host-rate N/s", "Send at most N requests per second to one host or registrable domain."),
        (
            "--scheduler ADDRESS",
            (
                "Use the workers of the Dask cluster with this scheduler, such as tcp://10.0.0.1:8786. --output is a "
                "folder that all workers share, --targets-at-once is for each of their threads."
            ),
        ),
        ("--local-cluster N", "As --scheduler, with N workers on this machine."),
    )
    names = SETTINGS_OF_BULK
    helps: ClassVar = {"fail_on": "Exit with 1 if a finding has this severity or a higher one. Default: never."}
    examples = (
        "hdrcli bulk urls.txt --output results.jsonl",
        "hdrcli bulk urls.txt --output results --scheduler tcp://10.0.0.1:8786",
        "sort -u hosts.txt | hdrcli bulk - --origin https://app.example > results.jsonl",
    )
    statuses = (
        ("0", "Each target has a result, even if it did not respond."),
        ("1", "A finding reaches --fail-on."),
        ("2", "Wrong usage, an empty list, or results that could not be written."),
        ("130", "Interrupted. With --output, the same command resumes the run."),
    )


class AuditCommand(FewSettingsCommand):
    """The help of `hdrcli audit`."""

    heading = "Audit"
    rows = (
        (
            "URL",
            (
                "A URL or a host to audit. @FILE names a file with one on each line; # begins a comment. - is standard "
                "input."
            ),
        ),
        (
            "--format [table|json|jsonl]",
            "The format of the report. Each audit is written when it ends; jsonl writes one per line. Default: table.",
        ),
        ("-o, --output FILE", "Write the report to this file."),
        (
            "--targets-at-once N",
            (
                "How many URLs are audited at the same time, never more than one of a host or registrable domain. "
                "[default: 10]"
            ),
        ),
    )
    names = SETTINGS_OF_AUDIT
    helps: ClassVar = {
        "origins": "An origin that is meant to be allowed: the audit tries origins that are similar to it, and to the "
        "URL's own. Repeatable.",
        "fail_on": "Exit with 1 if a finding has this severity or a higher one. Default: error.",
        "max_time": "The time limit for each URL. When it is reached, the audit of the URL is incomplete. "
        "[default: 1800.0]",
        "dry_run": "Print the origins to try, and send nothing.",
    }
    examples = (
        "hdrcli audit https://api.example/me --origin https://app.example",
        "hdrcli audit api.example --rate 5/s --format json",
        "hdrcli audit @urls.txt --dry-run",
    )
    statuses = (
        ("0", "No finding reaches --fail-on."),
        ("1", "A finding reaches --fail-on, or an audit is incomplete."),
        ("2", "Wrong usage, nothing was verified, or the report could not be written."),
        ("3", "A service gave no response at all."),
        ("130", "Interrupted. The findings so far are written."),
    )


class StatsCommand(FewSettingsCommand):
    """The help of `hdrcli stats`."""

    heading = "Statistics"
    rows = (
        ("RESULTS", "Files that hdrcli bulk has written. - is standard input."),
        (
            "--format FORMAT[=FILE]",
            "A format (table, json or html), and the file to write it to. Default: table. Repeatable.",
        ),
        ("-o, --output FILE", "Write the first format that has no file to this file."),
        ("--top N", "How many findings, stacks, headers and statuses to show. [default: 20]"),
    )
    names = SETTINGS_OF_STATS
    helps: ClassVar = {}
    examples = (
        "hdrcli stats results.jsonl",
        "hdrcli stats shard-*.jsonl --format table --format html=stats.html",
        "hdrcli bulk urls.txt | hdrcli stats - --format json --top 1000",
    )
    statuses = (
        ("0", "The statistics were written."),
        ("2", "Wrong usage, no results, or statistics that could not be written."),
        ("130", "Interrupted."),
    )


class ProxyCommand(FewSettingsCommand):
    """The help of `hdrcli proxy`."""

    heading = "Proxy"
    rows = (
        ("URL", "The origin of the service, such as http://127.0.0.1:8000."),
        ("--port PORT", "The port of the proxy, 0 for any free one. [default: 8001]"),
        ("--host-header HOST", "Send this value of Host to the service. Default: the one that the browser sends."),
        ("--page", "Serve a page that shows the requests and findings live."),
        ("--page-port PORT", "The port of that page. Default: any free one."),
        ("--open", "Open that page in your browser."),
    )
    names = SETTINGS_OF_PROXY
    helps: ClassVar = {
        "connect_timeout": "The time limit for a connection to the service. Default: 10.",
        "fail_on": "Fail if a finding has this severity or a higher one. Default: error.",
        "quiet": "Print no report, and no lines while the proxy runs: the exit status is the result.",
    }
    examples = (
        "hdrcli proxy http://127.0.0.1:8000",
        "hdrcli proxy https://staging.example --port 9000 --host-header staging.example",
        "hdrcli proxy http://127.0.0.1:8000 --format html=report.html",
    )
    statuses = (
        ("0", "Nothing failed."),
        (
            "1",
            "As for hdrcli check: a finding that reaches --fail-on, an unmet expectation, a route without a response.",
        ),
        ("2", "Wrong usage, no request to judge, or a report that could not be written."),
        ("3", "The service gave no response at all."),
        ("130", "Interrupted for the second time, while reports were being written."),
    )
