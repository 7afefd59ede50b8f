"""Fitted weights of the beat activation and of the bar start score.

Provenance: L2-regularized logistic regression (scipy's L-BFGS) on 40 pieces with exact truth,
rendered from scores of Freedoom (BSD-3), OpenMSX (GPL-2) and generated for the purpose (CC0).
Only these numbers ship, no music. Written by `tests/benchmarks/fit_analysis_weights.py`; the
benchmark beside it prints the cross-validated numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Of both linear models; the intercepts stand last.

    Attributes:
        beat: (46,), in the order of `beat_activation.activation_features`.
        bar: (177,), in the order of `bar_score.bar_score_features`.
    """

    beat: NDArray[np.float64]
    bar: NDArray[np.float64]


def _numbers(text: str) -> NDArray[np.float64]:
    return np.array(text.split(), np.float64)


FITTED = Weights(
    beat=_numbers("""
0.2498 0.1117 -0.2458 -0.1442 -0.2864 -0.4699 -0.0776 0.2678 0.6336 0.3188
0.2097 -0.0710 -0.0860 -0.1648 0.1116 -0.1110 0.2504 0.2454 0.2268 -0.0662
0.1921 0.1468 0.1843 -0.1218 0.0842 -0.2148 0.0911 0.0432 0.3127 -0.1992
0.1921 -0.2124 0.1962 -0.2188 0.2622 0.1564 -0.2962 0.0656 0.4735 -0.4754
0.1328 -0.0861 0.7178 -0.4095 0.2209 -2.3590
"""),
    bar=_numbers("""
0.0534 -0.0323 -0.0036 -0.0469 0.0417 -0.0131 -0.0071 -0.0038 -0.0489 0.1855
-0.0563 0.1150 0.0258 -0.0145 0.2188 0.0683 0.0150 -0.0030 -0.0036 0.0184
-0.0145 -0.0105 -0.0106 0.0113 0.0093 -0.0582 0.0759 -0.0947 -0.0448 -0.2500
0.1119 0.0106 -0.0321 -0.0174 -0.0100 0.1413 -0.0101 -0.0629 -0.0334 -0.0014
0.0344 0.0430 -0.0271 -0.0068 0.0230 -0.0083 -0.0353 0.0019 0.1754 0.0122
-0.1098 -0.0417 -0.0253 0.1630 -0.0412 0.1137 -0.0812 -0.0025 0.1597 0.0343
0.0390 -0.0069 0.0205 0.0672 0.0149 -0.0240 -0.0190 0.0389 -0.1301 -0.1229
0.0552 -0.2032 -0.0978 -0.3114 0.1553 0.0956 0.0794 0.3491 0.3432 0.2287
0.0307 0.0225 0.2979 -0.1715 0.0651 0.1898 -0.0627 -0.4512 0.0540 0.0615
0.1339 -0.0874 -0.0759 -0.0552 0.0659 -0.0575 -0.0588 0.0277 -0.0118 0.1797
0.1642 0.0033 0.2240 0.0200 0.0530 0.0340 0.0542 -0.0072 -0.0108 -0.0983
-0.0640 0.0639 0.1589 0.0391 0.0761 0.0249 0.0668 -0.0310 0.1292 0.1450
0.0970 0.0506 0.1609 0.1799 0.1196 0.0096 -0.0193 0.0135 0.1202 0.0757
0.1248 0.1558 -0.0934 -0.0367 -0.0061 0.0551 -0.0460 0.0016 -0.0663 -0.0481
-0.0398 -0.0522 0.0630 -0.0446 -0.0680 -0.1487 -0.1314 -0.0475 -0.0007 -0.0287
-0.0130 -0.0411 0.0072 0.0595 0.0433 0.0248 -0.0389 -0.0204 -0.0486 0.0971
0.1080 0.1680 -0.2129 -0.1361 -0.1329 -0.1121 0.0083 -0.1975 -0.0915 -0.0235
-0.0459 0.0417 -0.1112 -0.0892 -0.0409 0.0218 -1.8624
"""),
)
