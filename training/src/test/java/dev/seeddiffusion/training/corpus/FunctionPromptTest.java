package dev.seeddiffusion.training.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionPromptTest {
    @Test
    void cuts_after_the_line_of_the_closing_quotes() {
        String prompt =
                """
                def is_even(n):
                    \"""Return True if n is even.\"""
                """;
        String body = "    return n % 2 == 0\n";

        assertThat(FunctionPrompt.of(prompt + body)).contains(new FunctionPrompt(prompt, body));
    }

    @Test
    void copes_with_decorators_long_signatures_comments_and_long_docstrings() {
        String prompt =
                """
                @cache(size=1,  # not much
                       key="(")
                @staticmethod
                async def area(
                    width: int,  # in metres: no "feet"
                    labels={"a": 1, "):": '''
                '''},
                ) -> dict[str, int]:  # noqa: the colon before counts

                    # a comment
                    r'''Return the area.

                    def not_a_function(): pass \\'''
                    '''  # done
                """;
        String body = "\n    # first a comment\n    return {'a': width}\n";

        assertThat(FunctionPrompt.of(prompt + body)).contains(new FunctionPrompt(prompt, body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'Single quotes.'",
                "\"It's \\\"quoted\\\".\"",
                "u'''Old.'''",
                "\"\"\"One.\\\"\"\"\""
            })
    void knows_every_way_to_quote_a_docstring(String docstring) {
        String prompt = "def f():\n    " + docstring + "\n";

        assertThat(FunctionPrompt.of(prompt + "    return 1\n"))
                .contains(new FunctionPrompt(prompt, "    return 1\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x = 1\n",
                "def f(): return 1\n",
                "def f():\n    return 1\n",
                "def f():\n    '''Only a docstring.'''\n",
                "def f():\n    '''Only a docstring.'''\n    # and a comment\n",
                "def f():\n    'a' + x\n    return 1\n",
                "def f():\n    f'no docstring'\n    return 1\n",
                "def f():\n    '''Never closed.\n    return 1\n",
                "def f(\n",
                "@decorator\n",
            })
    void gives_nothing_where_there_is_no_prompt_or_no_body(String code) {
        assertThat(FunctionPrompt.of(code)).isEmpty();
    }
}
