# Reads one JSON object a line (code, name, arguments), calls the function with each of the arguments
# and answers with one JSON line: the results' reprs, or "!" and the exception's name.
import json
import signal
import sys

SECONDS = 0.2


class Timeout(BaseException):
    pass


def give_up(signum, frame):
    raise Timeout


signal.signal(signal.SIGALRM, give_up)


def written(value):
    if isinstance(value, set) and value:  # in an order that is the same in every process
        return "{" + ", ".join(sorted(map(repr, value))) + "}"
    return repr(value)


def result(scope, call):
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        return written(eval(call, scope))
    except Timeout:
        return "!Timeout"
    except Exception as e:
        return "!" + type(e).__name__
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def results(code, calls):
    scope = {}
    try:
        exec(code, scope)
    except Exception as e:  # such as the syntax of a function with a hole in it
        return ["!" + type(e).__name__] * len(calls)
    return [result(scope, call) for call in calls]


for line in sys.stdin:
    task = json.loads(line)
    calls = [f'{task["name"]}({arguments})' for arguments in task["arguments"]]
    print(json.dumps(results(task["code"], calls)), flush=True)
