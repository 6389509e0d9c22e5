"""Recurrent networks."""

from torch import nn

from .case import Case, noise


class Forecaster(nn.Module):
    def __init__(self, features, hidden, depth):
        super().__init__()
        self.cells = nn.ModuleList(
            nn.LSTMCell(features if i == 0 else hidden, hidden) for i in range(depth)
        )
        self.head = nn.Linear(hidden, features)

    def forward(self, series):
        states = [None] * len(self.cells)
        for x in series.unbind(1):
            for i, cell in enumerate(self.cells):
                states[i] = cell(x, states[i])
                x = states[i][0]
        return self.head(x)


def forecaster():
    sizes = {"features": 3, "hidden": 8, "depth": 2}
    return Case("forecaster.dl", Forecaster(**sizes), {"series": noise(2, 7, 3)}, sizes)


CASES = (forecaster,)
