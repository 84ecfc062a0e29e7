/** What the editor holds at first. The shipped model knows such functions; [[ ]] is selected. */
export const examples = {
  generate: {
    code: `def summarize_strings(names):
    """
    Return a dictionary with:
    longest_palindromic: the longest of the strings in names that read the same backwards, or an empty string
    comma_separated_reversed: a string of the reversals of the strings in names, separated by commas
    """
`,
  },
  infill: {
    code: `def count_long(words, limit):
    """Return the number of words in words that are longer than limit."""
    total = 0
    for word in words:
        if [[True]]:
            total += 1
    return total
`,
  },
  edit: {
    code: `def descending_numbers(values):
    """Return the numbers in values in descending order."""
    acc = 1
    for x in values:
        acc *= x
    return acc
`,
    instruction: "Correct the mistake in descending_numbers.",
  },
};

/** Its text without the marks, and where they were. */
export function marked({ code }) {
  const from = Math.max(0, code.indexOf("[["));
  const text = code.replace("[[", "");
  const to = Math.max(0, text.indexOf("]]"));
  return { text: text.replace("]]", ""), from, to };
}
