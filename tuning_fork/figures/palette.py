"""The colours of all pages and figures, on light paper and on dark; people who see few colours tell the classes apart.

They were chosen for that: any two classes differ by 10 or more in CAM02-UCS as those see them who lack a kind of cone.

A class has one colour wherever it is shown: that of its place in its task's list. Pages name the colours as variables
of CSS, `var(--ink)`; figures are drawn in the light ones, and their SVG names the same variables.
"""

LIGHT = {
    "paper": "#fdfcfa",
    "panel": "#f3f1ec",
    "line": "#d9d5cc",
    "muted": "#5f5c56",
    "ink": "#1c1b19",
    "accent": "#0b5fa5",
    "good": "#00734f",
    "bad": "#b3261e",
    "class-1": "#0072b2",
    "class-2": "#b84a0b",
    "class-3": "#6e083e",
    "class-4": "#323f00",
    "class-5": "#2216dc",
    "class-6": "#4b1e78",
    "class-7": "#00694b",
    "class-8": "#964b78",
}
DARK = {
    "paper": "#15171a",
    "panel": "#1f2226",
    "line": "#3a3e44",
    "muted": "#a9a69f",
    "ink": "#ece9e2",
    "accent": "#7cb8ee",
    "good": "#4fce9f",
    "bad": "#ff8a7d",
    "class-1": "#56b4e9",
    "class-2": "#ff8c4c",
    "class-3": "#ff4086",
    "class-4": "#b4f09a",
    "class-5": "#a06aff",
    "class-6": "#3ff0e4",
    "class-7": "#1f9c8c",
    "class-8": "#ffd633",
}
CLASSES = [name for name in LIGHT if name.startswith("class-")]


def class_colour(number: int) -> str:
    """Return the name of the colour of a task's class of that number, from 0; after the last comes the first again."""
    return CLASSES[number % len(CLASSES)]


def css_variables() -> str:
    """Return the rules of CSS that give the variables their values, by what the reader's system prefers."""
    light, dark = ("".join(f"--{name}:{value};" for name, value in colours.items()) for colours in (LIGHT, DARK))
    return f":root{{color-scheme:light dark;{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
