"""Judges JSON lines by a JSON Schema (draft 7), formats checked: prints 1 or 0 for each, 'absent' without
the packages it needs.

    python3 schema_verdicts.py SCHEMA < LINES
"""

import json
import sys

try:
    import jsonschema
    import rfc3339_validator  # noqa: F401  format date-time is not checked without it
    import rfc3986_validator  # noqa: F401  format uri neither
except ImportError as missing:
    print("absent", missing)
    sys.exit(0)

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
validator = jsonschema.Draft7Validator(
    schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
)
for line in sys.stdin:
    print(1 if validator.is_valid(json.loads(line)) else 0)
