"""What the OpenAPI document of the sandbox cannot tell schemathesis (schemathesis.js)."""

import json
import re

import schemathesis

# For what is there a request may be refused that fits the document.
STATES = re.compile(
    r"""
    Dataset\ does\ not\ exist\.
    | Dataset\ with\ ID\ \S+\ (does\ not\ exist|has\ no\ (datapoints|complete\ import)|is\ in\ status\ \w+)
    | The\ batch\ has\ (no\ dataset|several\ datasets|another\ dataset\ attached)\.
    | Batch\ with\ ID\ \S+\ is\ in\ status\ \w+\ and\ cannot\ be\ (setup|synced)\.
    | Batch\ with\ ID\ \S+\ is\ in\ status\ \w+;\ its\ dataset\ cannot\ be\ changed\.
    | Only\ (batches\ with\ a\ V4\ dataset\ can\ be\ synced|V4\ datasets\ (have\ a\ schema|can\ be\ appended\ to))\.
    | The\ dataset\ has\ no\ schema\.
    | There\ are\ no\ records\.
    | File\ type\ not\ allowed:
    | The\ filename\ is\ not\ valid\.
    | Has\ several\ task_group_id\ fields\.
    | The\ task_group_id\ field\ cannot\ change\ once\ there\ are\ datapoints\.
    """,
    re.VERBOSE,
)


@schemathesis.serializer("application/x-ndjson")
def ndjson(ctx, value):
    """Appended records are text already."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.check
def refused_for_a_state(ctx, response, case):
    """A request that fits the document is refused for what is there, and for nothing else."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code == 400:
        text = json.dumps(response.json())
        if STATES.search(text) is None:
            raise AssertionError(f"A request that fits the document was refused: {text}")
