"""Fitted weights of the voice detection.

Provenance: L2-regularized logistic regression on 8 sung songs with notes timed by hand (songs by
Fairy Bot Orchestra, Jonathan Coulton and Steven Dunston, Creative Commons, from the collection of
UltraStar Deluxe; most share one singer). Only these numbers ship, no music. Written by
`tests/benchmarks/fit_voice_weights.py`, which prints the leave-one-song-out numbers:
area under the curve note 0.808, phrase 0.846 (median 0.825, 0.918),
accuracy 0.740, 0.814.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class VoiceWeights:
    """Of a note and of a phrase.

    Attributes:
        linear: float64 (n_columns, n_contexts, 2), on `voice_features.base_columns` as ranks.
        intercept: float64 (2,).
    """

    linear: NDArray[np.float64]
    intercept: NDArray[np.float64]


_HUNDREDTHS = """
26 15 3 8 14 21 12 18 18 26 10 12 8 11 -7 5 10 18 25 33
14 19 4 14 6 15 16 25 26 28 22 12 5 18 10 13 13 20 11 15
22 2 3 3 0 -3 6 5 9 6 25 21 2 14 3 21 11 29 17 24
11 6 -3 -5 7 5 2 11 0 2 21 7 13 3 11 9 0 14 2 4
11 -6 1 -1 5 -1 -5 5 -4 1 19 7 1 -2 11 -1 -1 6 -3 0
17 5 2 3 11 0 1 9 4 6 7 4 -1 2 9 11 0 16 -1 7
14 -1 -3 6 11 -2 4 9 2 3 15 11 6 12 11 9 2 18 -3 3
6 4 -2 3 2 4 0 11 -1 6 17 3 7 5 11 2 6 12 0 5
8 0 -3 3 -6 -6 -11 4 -16 -11 8 4 0 12 2 -1 -4 10 -7 -3
16 -1 -3 -1 -4 -11 -10 -2 -16 -18 14 -1 -5 -6 -1 -3 -11 -1 -21 -21
12 7 3 2 5 5 -6 8 -10 -5 16 10 -1 5 10 12 1 16 -7 4
-4 -14 -13 -17 1 -10 -11 -6 -20 -19 18 7 -8 0 5 8 1 11 -10 -5
25 16 4 9 15 15 9 19 0 5 10 3 -5 0 4 1 -3 7 -9 -6
5 -11 -10 -13 -12 -16 -12 -9 -19 -22 13 1 -6 -3 -6 0 -4 5 -9 -7
21 10 -7 5 14 14 4 17 -3 6 14 3 -3 -1 14 8 1 13 -2 6
-2 -7 -9 -7 -14 -11 -8 -3 -12 -13 14 6 0 3 -15 -9 8 2 -1 -6
16 8 -1 2 -18 -4 8 2 -2 -7 0 -1 -6 0 -22 -4 3 0 -4 -4
-1 -7 -10 -4 -9 -3 2 -1 -5 -6 3 9 -7 6 9 16 11 14 0 3
-11 -8 1 -5 -2 -6 -7 -3 8 7 -4 1 1 0 -5 3 19 1 28 20
0 -1 -6 -8 -3 -8 -2 -7 0 -4 -21 -8 -5 2 -21 -11 1 -10 3 -2
-1 3 5 9 -1 0 6 6 16 18 0 17 8 17 22 27 19 19 19 26
0 -11 -1 -15 5 -17 -8 -17 -2 -9 6 1 -5 -2 6 -2 -10 -2 -2 2
-4 -5 2 -7 -16 -9 -2 -8 0 -1 2 0 2 2 23 22 3 14 7 21
1 -4 -2 -7 -22 -9 -6 -11 -7 -14 4 14 2 13 21 19 4 20 6 15
-6 -17 -4 -9 -7 -11 -9 -17 -7 -14 -8 3 -4 -1 0 3 -5 1 -2 -2
7 12 -4 9 -8 -2 -3 6 0 2 3 6 6 3 -2 -4 -8 2 -6 0
2 4 4 1 0 -6 -6 -3 -5 -6 2 3 -6 -4 1 -7 -5 -2 -2 -3
-5 -7 0 -3 -7 -13 -8 -9 -9 -16 -1 -3 -1 -4 0 -4 -2 -5 -6 -8
-7 -2 4 3 3 -5 -4 -4 -4 -9 16 6 -5 -2 2 0 -1 -3 -3 -10
3 5 2 1 -6 -5 -7 -4 -6 -5 -7 -4 -3 -6 -1 -3 -7 -5 -7 -7
0 9 1 4 -1 8 -2 5 0 4 10 1 -3 -6 -5 -5 -3 -7 -4 -9
0 -2 -6 -4 6 -1 -4 1 0 3 4 3 -7 0 -8 -5 -5 -1 -2 -1
5 4 1 0 -4 3 5 1 2 1 9 6 2 5 5 6 3 4 -2 2
-14 -12 -5 -7 -6 -13 -13 -12 -9 -14 -2 -4 -4 1 0 2 1 2 1 7
-7 -5 -5 -1 1 4 -5 -2 -1 -1 3 -5 -1 1 1 4 4 -4 -1 -6
-8 -14 -9 -10 0 -6 -2 -10 -1 -10 -8 -6 -1 -8 4 3 0 -6 -3 -6
4 11 9 10 8 14 5 0 5 9 2 3 11 8 -8 2 8 -6 2 0
5 0 10 -5 -5 4 5 -10 3 0 -1 7 6 8 -10 0 6 -3 8 9
12 16 6 10 5 9 10 2 8 11 -4 -10 -5 -6 -11 -12 -7 -18 -2 -6
3 10 -8 8 12 17 4 25 7 21 10 13 -7 6 24 16 3 23 9 19
2 12 -6 9 15 7 0 20 4 15 18 20 8 18 37 28 13 30 7 17
3 6 2 7 22 20 6 20 5 11 8 21 6 15 30 28 16 30 7 16
7 4 -6 0 38 18 6 20 13 30 14 13 2 10 45 29 13 30 20 38
25 16 5 12 39 29 15 35 14 32 23 19 16 20 -16 10 10 14 3 4
-8 -7 1 2 7 -7 2 -6 -1 -9 2 13 8 17 1 8 2 11 3 9
"""

FITTED = VoiceWeights(
    np.array(_HUNDREDTHS.split(), np.float64).reshape(-1, 5, 2) / 100.0,
    np.array([-0.2859, 0.9628]),
)
