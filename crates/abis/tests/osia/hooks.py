"""Requests that fit the schema are made to fit the server as well.

The schema lets a template be any text and a priority any number, and rightly says no word of
which galleries and persons there are. Generated values would therefore all be refused for one
reason, and nothing behind that reason would be tested. Here each part of a request that was
generated to fit is given values that mean something; a part that was generated not to fit stays
as it is. So a valid request must be accepted, and an invalid one has exactly one fault.
"""

import hashlib
import json
import os
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import schemathesis

# Sets of biometrics of synthetic people, written by the server: two impressions of each.
PEOPLE = json.load(open(os.environ["NIIMS_OSIA_PEOPLE"], encoding="utf-8"))
CALLBACK = os.environ["NIIMS_OSIA_CALLBACK"]

GALLERIES = ["RESIDENTS", "WATCHED", "VISITORS"]


class Listener(BaseHTTPRequestHandler):
    """Takes the results of asynchronous calls."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def listen():
    port = int(CALLBACK.rsplit(":", 1)[1].split("/")[0])
    server = ThreadingHTTPServer(("127.0.0.1", port), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()


listen()


@schemathesis.auth(refresh_interval=120)
class Token:
    """A token lasts five minutes, so it is asked for again and again, as a client does."""

    def get(self, case, context):
        client = json.load(open(os.environ["NIIMS_OSIA_CLIENT"], encoding="utf-8"))
        form = urllib.parse.urlencode({"grant_type": "client_credentials"} | client)
        address = os.environ["NIIMS_OSIA_ADDRESS"] + "/abis/token"
        with urllib.request.urlopen(address, form.encode()) as answer:
            return json.load(answer)["access_token"]

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


def number(value):
    """A number that follows from a value, the same in every run."""
    text = json.dumps(value, sort_keys=True, default=str)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:6], "big")


def biometrics(value):
    person = PEOPLE[number(value) % len(PEOPLE)]
    return person[number([value]) % len(person)]


def encounter(body):
    # What the schema leaves free and the server keeps stays as it was generated.
    free = ("contextualData", "biographicData", "clientData", "createdDate", "updatedDate")
    kept = {name: body[name] for name in free if name in body}
    return kept | {
        "status": body["status"],
        "encounterType": body["encounterType"][:128],
        "galleries": sorted({GALLERIES[number(name) % 3] for name in body["galleries"]}),
        "biometricData": biometrics(body),
    }


def filtered(body):
    return {"biometricType": ["FINGER"]} if number(body) % 2 else {}


BODIES = {
    "createEncounterNoIds": encounter,
    "createEncounterNoId": encounter,
    "createEncounter": encounter,
    "updateEncounter": encounter,
    "updateEncounterGalleries": lambda body: sorted({GALLERIES[number(n) % 3] for n in body}),
    "identify": lambda body: {"filter": filtered(body), "biometricData": biometrics(body)},
    "identifyFromId": filtered,
    "identifyFromEncounterId": filtered,
    "verifyFromId": lambda body: {"biometricData": biometrics(body)},
    "verifyFromBio": lambda body: {
        "biometricData1": biometrics(body),
        "biometricData2": biometrics([body]),
    },
}

WORDS = {
    "callback": lambda value: CALLBACK,
    "status": lambda value: ["ACTIVE", "INACTIVE"][number(value) % 2],
    "priority": lambda value: str(number(value) % 10),
    "serviceLevel": lambda value: str(number(value) % 10),
    "maxNbCand": lambda value: str(number(value) % 1000 + 1),
    "threshold": lambda value: str(number(value) % 20000),
    "accuracyLevel": lambda value: ["USUAL", "EXHAUSTIVE"][number(value) % 2],
    "offset": lambda value: str(number(value) % 20),
    "limit": lambda value: str(number(value) % 100 + 1),
    "biometricType": lambda value: ["FINGER", "FACE", "IRIS"][number(value) % 3],
    "biometricSubType": lambda value: ["RIGHT_INDEX", "LEFT_THUMB"][number(value) % 2],
    "templateFormat": lambda value: ["ISO_19794_2", "ISO_19794_2_2011", "ANSI_378"][
        number(value) % 3
    ],
    "qualityFormat": lambda value: "ISO_19794",
    "transactionId": lambda value: "".join(c for c in value if c.isprintable())[:256],
    "algorithm": lambda value: value[:128],
    "instance": lambda value: value[:128],
}


def name(kind, value, stateful):
    """A name that others use as well, unless it is one that the server gave."""
    value = str(value)
    if value == "ALL" or value in GALLERIES or value.startswith(("p-", "e-")) or len(value) == 36:
        return value
    if kind == "galleryId":
        return ([*GALLERIES, "ALL", "NOBODY"])[number(value) % 5]
    # What a scenario creates and erases is its own, or another would find it or miss it.
    people = 10**9 if stateful else 6
    short = "e" if kind == "encounterId" else "p"
    return f"{short}-{number(value) % people}"


def fits(case, location):
    component = next(
        (info for place, info in case.meta.components.items() if place.value == location), None
    )
    return component is None or component.mode.is_positive


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None:
        return
    operation = case.operation.definition.raw.get("operationId")
    stateful = case.meta.phase.name.value == "stateful"
    if fits(case, "path") and case.path_parameters:
        for kind, value in list(case.path_parameters.items()):
            case.path_parameters[kind] = name(kind, value, stateful)
        names = case.path_parameters
        if "personIdSource" in names and names["personIdSource"] == names["personIdTarget"]:
            # The schema cannot say that two persons are needed.
            names["personIdSource"] += "-other"
    if fits(case, "query") and case.query:
        for known, change in WORDS.items():
            if known in case.query:
                case.query[known] = change(str(case.query[known]))
    if fits(case, "body") and operation in BODIES and isinstance(case.body, (dict, list)):
        case.body = BODIES[operation](case.body)
