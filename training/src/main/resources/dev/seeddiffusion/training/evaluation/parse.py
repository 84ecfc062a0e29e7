# Reads one JSON string a line, parses it without running any of it, and answers with one JSON line.
import ast
import json
import sys


def is_real(statement):
    if isinstance(statement, ast.Pass):
        return False
    return not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))


def body_statements(module):
    for node in module.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return sum(is_real(statement) for statement in node.body)
    return 0


def answer(code):
    try:
        return {"bodyStatements": body_statements(ast.parse(code))}
    except SyntaxError as e:
        return {"error": f"line {e.lineno}: {e.msg}"}
    except (ValueError, RecursionError, MemoryError, OverflowError) as e:
        return {"error": f"{type(e).__name__}: {e}"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
