"""Fitted weights of whether a song is sung at all.

Provenance: L2-regularized logistic regression on 9 sung songs of four artists, 17
real songs without singing and 40 rendered pieces, those weighing 0.2 each. The
songs are from free games, from librosa's examples and from UltraStar Deluxe's collection. The
pieces are those of `ml_core/analysis/weights.py`. Only these numbers ship, no music. They are
written by `packaging/voice_network/fit_singing_weights.py`, which also prints the area under the
curve. With all songs of an artist left out it is 1.00 (9 sung songs against 17).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class SingingWeights:
    """Of `singing.song_statistics`.

    Attributes:
        mean, deviation: float64 (90,), of the songs that were fitted on.
        linear: float64 (90,), on deviations from the mean.
        intercept: of the log-odds.
    """

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    linear: NDArray[np.float64]
    intercept: float


def _numbers(text: str) -> NDArray[np.float64]:
    return np.array(text.split(), np.float64)


FITTED = SingingWeights(
    mean=_numbers("""
-4.388 -4.191 -3.843 -3.698 -3.711 -3.711 -2.668 -2.969 -2.893 -2.742
-2.53 -2.373 2.203 2.652 0.1251 0 10.56 0.05186 -2.368 -2.196
-1.979 -1.931 -1.913 -1.957 -1.084 -1.245 -1.31 -1.225 -1.175 -1.135
4.277 4.772 1.032 1.818 34.88 0.2012 -0.8335 -0.6337 -0.5443 -0.5756
-0.6008 -0.6759 -0.3301 -0.3909 -0.455 -0.4483 -0.4212 -0.4267 7.291 7.847
1.635 11.82 61.92 0.6983 1.484 1.456 1.378 1.316 1.297 1.253
1.039 1.097 1.028 0.9647 0.8873 0.8142 2.081 2.13 0.7524 5.191
19.24 0.4675 0.301 0.3228 0.3411 0.3318 0.3176 0.3153 0.3702 0.4345
0.4299 0.3771 0.3164 0.2869 0.9618 0.9932 0.2665 3.921 10.36 0.1523
"""),
    deviation=_numbers("""
3.469 3.23 3.135 2.997 2.921 2.925 1.998 1.928 1.787 1.667
1.501 1.4 1.007 0.9909 0.6138 1e-06 7.103 0.03892 3.327 3.174
3.076 2.905 2.831 2.767 0.9762 1.067 1.041 0.915 0.807 0.7955
1.639 1.638 0.4395 3.03 10.82 0.09995 3.184 2.985 2.92 2.815
2.722 2.674 0.4109 0.5002 0.5398 0.5135 0.5077 0.5185 2.366 2.371
0.3581 1.466 11.42 0.4069 0.8484 0.7014 0.6778 0.6787 0.6815 0.6238
0.7972 0.7185 0.6278 0.5994 0.5398 0.4911 0.7263 0.7335 0.2947 0.6309
3.314 0.345 0.1057 0.1054 0.0994 0.1144 0.1219 0.1254 0.3902 0.3802
0.3237 0.264 0.2109 0.1938 0.4022 0.4097 0.1089 0.8976 3.661 0.06796
"""),
    linear=_numbers("""
0.2554 0.1657 0.1292 0.03484 0.02742 -0.05238 0.08862 -0.01855 0.07008 -0.05402
-0.04782 0.03241 -0.04993 -0.02908 0.1885 0 0.2834 0.1672 0.1834 0.2053
0.1738 0.154 0.13 0.06581 0.07127 -0.03087 0.04249 -0.04045 -0.01991 0.1035
-0.1527 -0.1387 0.3525 -0.2043 -0.04335 0.05784 0.08264 0.07586 0.03105 0.03432
0.03994 0.02753 0.02547 0.15 0.1846 0.254 0.187 0.1925 -0.04922 -0.009217
0.7499 0.03764 -0.02072 0.3439 -0.268 -0.1482 -0.1563 -0.005892 0.02406 0.1493
-0.08351 0.1273 -0.006417 0.09854 0.02315 -0.03447 -0.06004 -0.02258 0.4006 0.1133
-0.3302 0.776 -0.01399 -0.003739 -0.2919 -0.1146 -0.1815 0.04961 -0.08041 -0.06393
-0.1879 -0.08456 -0.1065 -0.1516 -0.05548 -0.04904 0.044 -0.06625 -0.001383 0.1081
"""),
    intercept=-2.0822,
)
