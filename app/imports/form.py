"""The form in which a file is sent, for the OpenAPI document."""

from typing import Any

FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "example": {"file": "title,type,lead,start,description", "site_id": 1},
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "CSV, XLSX or ICS; its name says nothing.",
                        },
                        "site_id": {
                            "type": "integer",
                            "description": "The site of rows that name none.",
                        },
                        "tz": {
                            "type": "string",
                            "description": "The zone of times without an offset; left out: each"
                            " site's own.",
                        },
                        "mapping": {
                            "type": "string",
                            "description": "What the columns mean, as JSON; left out: it is"
                            " guessed. See `mapping` of `PATCH /imports/{import_id}`.",
                        },
                        "duplicates": {
                            "type": "string",
                            "description": "What is done with what is there already, as JSON.",
                        },
                        "window": {
                            "type": "string",
                            "description": "The days among which repeated events of a calendar"
                            " are read, as JSON.",
                        },
                    },
                }
            }
        },
    }
}
