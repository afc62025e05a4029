# python-calls.py: runs a script of calls by requests, and notes what each got
# SPDX-License-Identifier: MIT
import json
import os
import runpy
import sys

import requests

send = requests.Session.send


def noted(self, request, **options):
    answer = send(self, request, **options)
    with open(os.path.join(os.environ["CALLS"], "python"), "a") as file:
        print(json.dumps({"method": request.method, "url": request.url, "status": answer.status_code,
                          "type": answer.headers.get("Content-Type", ""), "text": answer.text}), file=file)
    return answer


requests.Session.send = noted
runpy.run_path(sys.argv[1], run_name="__main__")
