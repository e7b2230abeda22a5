#!/usr/bin/env python3
"""An agent in a hundred lines, written from docs/agent-protocol.md alone: Python 3 and its standard library.

agent.py URL FOLDER [TOKEN]   enrols with TOKEN when FOLDER holds no credential, then works until it is told to go.
It isolates nothing: what it does on the machine is to write it into FOLDER/done, and what it is to block into
FOLDER/indicators. It shows how to talk.
"""
import json, os, platform, random, subprocess, sys, tempfile, threading, time, urllib.error, urllib.request, uuid

URL, FOLDER = sys.argv[1].rstrip("/"), sys.argv[2]
PIECE = 1024 * 1024
STATE, KNOWN, INDICATORS = (os.path.join(FOLDER, name) for name in ("agent.json", "known.json", "indicators"))
MONTH = float(os.environ.get("AGENT_ROTATE_SECONDS", 30 * 86400))


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
    keep(STATE, json.loads(body))


def installed():
    """What the package manager of the system knows of, where there is one this knows how to ask."""
    try:
        told = subprocess.run(["dpkg-query", "-W", "-f", "${Package}\t${Version}\n"], capture_output=True, timeout=60, text=True).stdout
        vendor = platform.freedesktop_os_release().get("ID", "debian")
    except (OSError, subprocess.SubprocessError):
        return {}
    lines = [line.split("\t") for line in told.splitlines() if "\t" in line]
    return {"software": [{"vendor": vendor, "name": name, "version": version} for name, version in lines[:5000]]}


def keep(path, content):
    """Whole or not at all, and for its owner alone."""
    with open(os.open(path + ".new", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file)
    os.replace(path + ".new", path)


def rotate(me):
    """Another credential, once a month; the one before counts until the new one checks in."""
    if time.time() - os.path.getmtime(STATE) > MONTH:
        status, _, body = call("POST", "/agent/v1/credential", credential=me["credential"])
        if status == 201:
            me["credential"] = json.loads(body)["credential"]
            keep(STATE, me)


def follow(me):
    """What to block: all of it, then what changes."""
    held, cursor = {}, None
    while True:
        used = me["credential"]
        status, told, body = call("GET", "/agent/v1/indicators" + ("?wait=20&cursor=" + cursor if cursor else ""), credential=used)
        if status == 401 and used != me["credential"]:
            continue  # it was changed meanwhile
        if status == 410:
            held, cursor = {}, None  # restored, or too long away: from the beginning
            continue
        if status != 200:
            return  # 401: the main loop says so
        page = json.loads(body)
        for it in page["value"]:
            if it["change"] == "Remove":
                held.pop(it["id"], None)
            else:
                held[it["id"]] = it
        cursor = page["cursor"]
        keep(INDICATORS, sorted("%s %s %s" % (it["action"], it["indicatorType"], it["indicatorValue"]) for it in held.values()))
        time.sleep(float(told.get("Retry-After") or 0))


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
        try:
            if it["commandStatus"] == "Executing":
                raise RuntimeError("interrupted: it had begun when the agent ended")
            status, _, body = call("POST", path, {"leaseId": action["leaseId"], "status": "Executing"}, me["credential"])
            if status != 200 or not json.loads(body)["accepted"]:
                raise RuntimeError("it is not wanted any more")
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
    me, next_check_in, inventory = json.load(open(STATE)), 0.0, None
    known = json.load(open(KNOWN)) if os.path.exists(KNOWN) else {}
    threading.Thread(target=follow, args=(me,), daemon=True).start()
    while True:
        if time.monotonic() >= next_check_in:
            rotate(me)
            found = installed()
            status, _, _ = call("POST", "/agent/v1/checkin", {"agentVersion": "python-1", **(found if found != inventory else {})}, me["credential"])
            inventory = found if status == 200 else inventory
            next_check_in = time.monotonic() + me["checkInIntervalSeconds"] * random.uniform(0.9, 1.1)
        status, told, body = call("GET", "/agent/v1/actions?wait=20", credential=me["credential"])
        if status == 401:
            sys.exit("enrolled again elsewhere, or taken out")
        for action in json.loads(body)["value"] if status == 200 else []:
            if action["id"] not in known:
                if action["type"] != "LiveResponse":  # the commands of which know by themselves what was begun
                    known[action["id"]] = ("Failed", "interrupted: it had begun when the agent ended")
                    keep(KNOWN, known)
                known[action["id"]] = ("Succeeded", "done")
                try:
                    do(me, action)
                except Exception as wrong:
                    known[action["id"]] = ("Failed", str(wrong))
                known = dict(list(known.items())[-1000:])
                keep(KNOWN, known)
            outcome, message = known[action["id"]]  # one that comes again was done: only its report was lost
            report = {"leaseId": action["leaseId"], "status": outcome, "errorHResult": 0 if outcome == "Succeeded" else -2147467259, "message": message}
            call("POST", "/agent/v1/actions/%s/result" % action["id"], report, me["credential"])
            if action["type"] == "Offboard" and outcome == "Succeeded":
                os.remove(STATE)
                return
        time.sleep(float(told.get("Retry-After") or 0))


if __name__ == "__main__":
    main()
