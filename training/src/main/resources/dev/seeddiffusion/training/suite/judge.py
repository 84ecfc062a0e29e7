# Judges code that a model wrote; runs in the sandbox. A call of report, with a secret and a score,
# follows: code that ends the process early, or prints what it likes, never gets to print the secret.
import os
import signal

SECONDS = 0.5  # of the processor, a call


class Timeout(BaseException):
    pass


def give_up(signum, frame):
    raise Timeout


signal.signal(signal.SIGPROF, give_up)


def defined(code):
    scope = {"__name__": "candidate"}
    exec(compile(code, "<candidate>", "exec"), scope)
    return scope


# The functions are bound here, before the code that is judged could replace them.
def limited(action, setitimer=signal.setitimer, timer=signal.ITIMER_PROF):
    """The action's result; or "!" and the kind of exception."""
    try:
        setitimer(timer, SECONDS)
        try:
            return action()
        finally:
            setitimer(timer, 0)
    except BaseException as e:
        return "!" + type(e).__name__


def written(value, isinstance=isinstance, set=set, sorted=sorted, repr=repr):
    if isinstance(value, set) and value:
        return "{" + ", ".join(sorted(map(repr, value))) + "}"
    return repr(value)


def results(code, calls):
    scope = defined(code)
    return [limited(lambda: written(eval(call, scope))) for call in calls]


def same_results(right, candidate, calls):
    wanted = results(right, calls)
    return float(results(candidate, calls) == wanted)


def passes(candidate, tests):
    exec(compile(tests, "<tests>", "exec"), defined(candidate))
    return 1.0


def kill_rate(right, mutants, test, name):
    """The share of mutants that the test fails on; 0 if it fails on the right function."""

    def passed(code):
        return limited(lambda: defined(code + test)[name]()) is None

    if not passed(right):
        return 0.0
    return sum(not passed(mutant) for mutant in mutants) / len(mutants)


def report(secret, score, write=os.write):
    write(1, f"\n{secret} {score}\n".encode())
