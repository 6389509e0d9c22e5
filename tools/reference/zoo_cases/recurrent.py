"""Recurrent networks."""

from torch import nn

from .case import Case, noise, tokens


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


class Tagger(nn.Module):
    def __init__(self, kind, vocab, width, hidden, depth, bidirectional, tags):
        super().__init__()
        self.embedding = nn.Embedding(vocab, width)
        self.rnn = getattr(nn, kind)(width, hidden, depth, batch_first=True, bidirectional=bidirectional)
        self.head = nn.Linear(2 * hidden if bidirectional else hidden, tags)

    def forward(self, ids):
        y, state = self.rnn(self.embedding(ids))
        return self.head(y), state[0] if isinstance(state, tuple) else state


def tagger(kind, bidirectional):
    sizes = {
        "kind": kind, "vocab": 11, "width": 5, "hidden": 6, "depth": 2, "bidirectional": bidirectional, "tags": 3,
    }
    return Case(
        "recurrent.dl", Tagger(**sizes), {"ids": tokens(11, 2, 7)}, sizes, outputs=("scores", "last")
    )


def rnn():
    return tagger("RNN", False)


def rnn_bidirectional():
    return tagger("RNN", True)


def lstm():
    return tagger("LSTM", False)


def lstm_bidirectional():
    return tagger("LSTM", True)


def gru():
    return tagger("GRU", False)


def gru_bidirectional():
    return tagger("GRU", True)


CASES = (forecaster, rnn, rnn_bidirectional, lstm, lstm_bidirectional, gru, gru_bidirectional)
