"""Where in a YAML or JSON file a JSON pointer leads: line numbers for findings."""

from functools import lru_cache

import yaml

from pipeline.gates.openapi.node import split


def line_of(text: str, pointer: str) -> int:
    """The line (from 1) of the value at `pointer`, or of the nearest thing around it that is there."""
    node = _composed(text)
    line = 1
    for name in split(pointer):
        step = _step(node, name)
        if step is None:
            break
        line, node = step
    return line


@lru_cache(maxsize=4)
def _composed(text: str) -> yaml.Node | None:
    """The text as nodes that know their lines: kept, because a document with one finding often has many."""
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    return node


def _step(node: yaml.Node | None, name: str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == name:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and name.isdigit() and int(name) < len(node.value):
        value = node.value[int(name)]
        return value.start_mark.line + 1, value
    return None
