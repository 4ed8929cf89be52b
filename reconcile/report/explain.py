"""A kind or a field of it, explained, in the manner of kubectl."""

from collections.abc import Iterator

from reconcile.kinds.explain import ExplainedField, Explanation
from reconcile.report.layout import wrapped
from reconcile.report.style import Look, Style
from reconcile.report.visible import prose, visible


def explain_text(explanation: Explanation, style: Style) -> str:
    """Ends without a newline."""
    sections = ["\n".join(_head(explanation, style))]
    if explanation.documentation:
        paragraphs = explanation.documentation.split("\n")
        lines = [line for text in paragraphs for line in (wrapped(prose(text), style, indent=2) if text else [""])]
        sections.append("\n".join(lines))
    if explanation.fields:
        lines = [line for field in explanation.fields for line in _field(field, style)]
        sections.append("\n".join([style.paint("Fields", Look.BOLD), *lines]))
    return "\n\n".join(sections)


def _head(explanation: Explanation, style: Style) -> Iterator[str]:
    yield style.paint(visible(explanation.title), Look.BOLD)
    yield f"  {_type(explanation.type, required=explanation.required)}"
    if explanation.sensitive:
        yield "  sensitive: masked wherever it is shown"
    for bound in explanation.bounds:
        yield f"  {visible(bound)}"
    if explanation.enum:
        yield from wrapped(f"one of: {', '.join(map(visible, explanation.enum))}", style, indent=2)


def _field(field: ExplainedField, style: Style) -> Iterator[str]:
    yield f"  {style.paint(visible(field.name), Look.CYAN)}  {_type(field.type, required=field.required)}"
    if field.summary:
        yield from (style.paint(line, Look.DIM) for line in wrapped(prose(field.summary), style, indent=6))


def _type(words: str, *, required: bool) -> str:
    return f"{visible(words)}, required" if required else visible(words)
