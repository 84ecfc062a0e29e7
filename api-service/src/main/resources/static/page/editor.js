// CodeMirror 5 has no exports: it puts itself into the window, and its mode finds it there.
import "/webjars/codemirror/lib/codemirror.js";
import "/webjars/codemirror/mode/python/python.js";

/** The code, and what is selected of it. */
export class Editor {
  #mirror;

  constructor(textarea) {
    this.#mirror = window.CodeMirror.fromTextArea(textarea, {
      mode: "python",
      lineNumbers: true,
      lineWrapping: true,
      indentUnit: 4,
      screenReaderLabel: "Code",
      extraKeys: { Tab: false, "Shift-Tab": false }, // lead out of it, as everywhere
    });
  }

  get text() {
    return this.#mirror.getValue();
  }

  set text(text) {
    this.#mirror.setValue(text);
  }

  /** In their order, {from, to} in characters; a caret is one of no length. */
  get selections() {
    return this.#mirror
      .listSelections()
      .map((range) => ({ from: this.#offset(range.from()), to: this.#offset(range.to()) }));
  }

  select(from, to) {
    this.#mirror.setSelection(this.#mirror.posFromIndex(from), this.#mirror.posFromIndex(to));
  }

  focus() {
    this.#mirror.focus();
  }

  #offset(position) {
    return this.#mirror.indexFromPos(position);
  }
}
