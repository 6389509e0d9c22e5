"""Recurrent layers."""

from torch import nn

from .layer import Layer, seeded, values, wrapped

KINDS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
SEQUENCES, STEPS, INPUT, HIDDEN = 2, 5, 3, 4


def recurrent(kind, suffix="", options="", initial=False, **arguments):
    """A recurrent layer with all its results."""
    name = kind + suffix
    depth, directions = arguments.get("num_layers", 1), 2 if arguments.get("bidirectional") else 1

    def sequence(width):
        return (
            f"{SEQUENCES}, {STEPS}, {width}"
            if arguments.get("batch_first")
            else f"{STEPS}, {SEQUENCES}, {width}"
        )

    state = f"f32[{depth * directions}, {SEQUENCES}, {HIDDEN}]"
    has_cell = kind == "lstm"
    shape = [SEQUENCES, STEPS, INPUT] if arguments.get("batch_first") else [STEPS, SEQUENCES, INPUT]
    inputs = {"x": values(name, *shape)}
    text, call = f"x: f32[{sequence(INPUT)}]", "layer(x)"
    if initial:
        for state_name in ("h0", "c0") if has_cell else ("h0",):
            inputs[state_name] = values(name + state_name, depth * directions, SEQUENCES, HIDDEN)
            text += f", {state_name}: {state}"
        call = "layer(x, (h0, c0))" if has_cell else "layer(x, h0)"

    def compute(layer, x, *states):
        output, last = layer(x, *([states] if has_cell and states else states))
        return (output, *last) if has_cell else (output, last)

    names = "y, (hidden, cell)" if has_cell else "y, hidden"
    result = f"(f32[{sequence(directions * HIDDEN)}], {', '.join([state] * (2 if has_cell else 1))})"
    source = wrapped(f"nn.{kind.upper()}({INPUT}, {HIDDEN}{options})", text, result, call, names)
    outputs = ("y", "hidden", "cell") if has_cell else ("y", "hidden")
    return Layer(
        name, source, inputs, compute, seeded(lambda: KINDS[kind](INPUT, HIDDEN, **arguments), name), outputs
    )


def layers():
    for kind in KINDS:
        yield recurrent(kind)
        yield recurrent(
            kind,
            "_deep",
            ", num_layers: 2, batch_first: true, bidirectional: true",
            num_layers=2,
            batch_first=True,
            bidirectional=True,
        )
        yield recurrent(kind, "_no_bias", ", bias: false, batch_first: true", bias=False, batch_first=True)
        yield recurrent(kind, "_initial", ", num_layers: 2", initial=True, num_layers=2)
    yield recurrent("rnn", "_relu", ', nonlinearity: "relu"', nonlinearity="relu")
