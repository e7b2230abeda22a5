#!/usr/bin/env python3
"""An agent in a hundred lines, written from docs/agent-protocol.md alone: Python 3 and its standard library.

agent.py URL FOLDER [TOKEN]   enrols with TOKEN when FOLDER holds no credential, then works until it is told to go.
It isolates nothing: what it does on the machine is to write it into FOLDER/done. It shows how to talk.
"""
import json, os, platform, random, subprocess, sys, tempfile, time, urllib.error, urllib.request, uuid

URL, FOLDER = sys.argv[1].rstrip("/"), sys.argv[2]
PIECE = 1024 * 1024
STATE = os.path.join(FOLDER, "agent.json")


def call(method, path, body=None, credential=None, raw=None, timeout=90):
    """One request: the answer's status, headers and body. What is worth another attempt is tried again, as the page says."""
    pause, headers = 1.0, {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
    if credential:
        headers["Authorization"] = "Bearer " + credential
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    headers["Content-Type"] = "application/octet-stream" if raw is not None else "application/json"
    while True:
        wait = 0.0
        try:
            with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers, method=method), timeout=timeout) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            if refused.code not in (429, 500, 502, 503, 504):
                return refused.code, refused.headers, refused.read()
            wait = float(refused.headers.get("Retry-After") or 0)
        except OSError:
            pass
        time.sleep(max(wait, random.uniform(pause / 2, pause)))
        pause = min(pause * 2, 60)


def enrol(token):
    facts = {"token": token, "computerDnsName": os.environ.get("AGENT_NAME", platform.node()), "osPlatform": os.environ.get("AGENT_OS", "Windows11"),
             "osBuild": 22631, "agentVersion": "python-1", "ipAddresses": []}
    status, _, body = call("POST", "/agent/v1/enroll", facts)
    if status != 201:
        sys.exit("not enrolled: %d %s" % (status, body.decode()))
    with open(os.open(STATE, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(body.decode())


def upload(me, action, part, content):
    at = 0
    while at < len(content):
        path = "/agent/v1/actions/%s/files/%s?leaseId=%s&at=%d&size=%d" % (action["id"], part, action["leaseId"], at, len(content))
        status, _, body = call("PUT", path, credential=me["credential"], raw=content[at:at + PIECE])
        if status != 200:
            raise RuntimeError("upload: %d %s" % (status, body.decode()))
        at = json.loads(body)["received"]


def command(me, action, it):
    kind, told = it["command"]["type"], {p["key"]: p["value"] for p in it["command"]["params"]}
    if kind in ("PutFile", "RunScript"):
        status, _, content = call("GET", "/agent/v1/actions/%s/library/%d" % (action["id"], it["index"]), credential=me["credential"])
        if status != 200:
            raise RuntimeError("library: %d" % status)
        if kind == "PutFile":
            with open(os.path.join(FOLDER, os.path.basename(told["FileName"])), "wb") as file:
                file.write(content)
            return
        with tempfile.NamedTemporaryFile(suffix=".py") as script:
            script.write(content)
            script.flush()
            ran = subprocess.run([sys.executable, script.name] + told.get("Args", "").split(), capture_output=True, timeout=600, text=True)
        upload(me, action, it["index"], json.dumps({"script_name": told.get("ScriptName"), "exit_code": ran.returncode,
                                                    "script_output": ran.stdout, "script_errors": ran.stderr}).encode())
    elif kind == "GetFile":
        with open(told["Path"], "rb") as file:
            upload(me, action, it["index"], file.read())
    else:
        raise RuntimeError("unknown command " + kind)


def live(me, action):
    for it in sorted(action["commands"], key=lambda c: c["index"]):
        if it["commandStatus"] == "Completed":
            continue
        path, failed = "/agent/v1/actions/%s/commands/%d" % (action["id"], it["index"]), None
        call("POST", path, {"leaseId": action["leaseId"], "status": "Executing"}, me["credential"])
        try:
            command(me, action, it)
        except Exception as wrong:
            failed = str(wrong)
        call("POST", path, {"leaseId": action["leaseId"], "status": "Failed" if failed else "Completed", "errors": [failed] if failed else []}, me["credential"])
        if failed:
            raise RuntimeError(failed)


def do(me, action):
    kind = action["type"]
    if kind == "LiveResponse":
        live(me, action)
    elif kind == "CollectInvestigationPackage":
        upload(me, action, "package", json.dumps({"python": sys.version, "host": platform.node()}).encode())
    elif kind not in ("Isolate", "Unisolate", "RunAntiVirusScan", "StopAndQuarantineFile", "RestoreFile", "KillProcess", "Offboard"):
        raise RuntimeError("this agent cannot " + kind)
    with open(os.path.join(FOLDER, "done"), "a") as file:
        file.write("%s %s %s\n" % (kind, action.get("sha1") or json.dumps(action.get("target")), action["id"]))


def main():
    os.makedirs(FOLDER, exist_ok=True)
    if not os.path.exists(STATE):
        enrol(sys.argv[3])
    me, known, next_check_in = json.load(open(STATE)), {}, 0.0
    while True:
        if time.monotonic() >= next_check_in:
            call("POST", "/agent/v1/checkin", {"agentVersion": "python-1"}, me["credential"])
            next_check_in = time.monotonic() + me["checkInIntervalSeconds"] * random.uniform(0.9, 1.1)
        status, told, body = call("GET", "/agent/v1/actions?wait=20", credential=me["credential"])
        if status == 401:
            sys.exit("enrolled again elsewhere, or taken out")
        for action in json.loads(body)["value"] if status == 200 else []:
            if action["id"] not in known:
                known[action["id"]] = ("Succeeded", "done")
                try:
                    do(me, action)
                except Exception as wrong:
                    known[action["id"]] = ("Failed", str(wrong))
            outcome, message = known[action["id"]]  # one that comes again was done: only its report was lost
            report = {"leaseId": action["leaseId"], "status": outcome, "errorHResult": 0 if outcome == "Succeeded" else -2147467259, "message": message}
            call("POST", "/agent/v1/actions/%s/result" % action["id"], report, me["credential"])
            if action["type"] == "Offboard" and outcome == "Succeeded":
                os.remove(STATE)
                return
        time.sleep(float(told.get("Retry-After") or 0))


if __name__ == "__main__":
    main()
