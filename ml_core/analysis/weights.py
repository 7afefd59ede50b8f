"""Fitted weights of the beat activation and of the bar start score.

Provenance: L2-regularized logistic regression (scipy's L-BFGS) on 40 pieces with exact truth,
rendered from scores of Freedoom (BSD-3), OpenMSX (GPL-2) and generated for the purpose (CC0).
Only these numbers ship, no music. Written by `packaging/beat_network/fit_linear_weights.py`; the
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
0.2496 0.1092 -0.2468 -0.1456 -0.2853 -0.4710 -0.0765 0.2677 0.6319 0.3201
0.2111 -0.0705 -0.0854 -0.1685 0.1123 -0.1113 0.2508 0.2450 0.2272 -0.0665
0.1927 0.1469 0.1837 -0.1207 0.0840 -0.2150 0.0906 0.0435 0.3124 -0.1997
0.1926 -0.2100 0.1974 -0.2176 0.2613 0.1571 -0.2974 0.0664 0.4736 -0.4768
0.1317 -0.0859 0.7172 -0.4057 0.2204 -2.3597
"""),
    bar=_numbers("""
0.0535 -0.0323 -0.0036 -0.0469 0.0416 -0.0131 -0.0071 -0.0038 -0.0489 0.1854
-0.0563 0.1150 0.0257 -0.0145 0.2188 0.0683 0.0151 -0.0030 -0.0036 0.0184
-0.0145 -0.0105 -0.0107 0.0113 0.0093 -0.0582 0.0759 -0.0947 -0.0449 -0.2500
0.1120 0.0106 -0.0321 -0.0174 -0.0100 0.1413 -0.0101 -0.0629 -0.0334 -0.0014
0.0345 0.0431 -0.0272 -0.0069 0.0230 -0.0084 -0.0353 0.0020 0.1754 0.0124
-0.1096 -0.0417 -0.0252 0.1628 -0.0413 0.1136 -0.0813 -0.0024 0.1598 0.0343
0.0390 -0.0069 0.0205 0.0672 0.0148 -0.0240 -0.0190 0.0389 -0.1301 -0.1230
0.0552 -0.2031 -0.0978 -0.3114 0.1553 0.0956 0.0795 0.3491 0.3440 0.2287
0.0307 0.0227 0.2980 -0.1708 0.0652 0.1898 -0.0639 -0.4548 0.0540 0.0615
0.1339 -0.0874 -0.0759 -0.0552 0.0659 -0.0575 -0.0588 0.0277 -0.0118 0.1797
0.1642 0.0033 0.2239 0.0200 0.0531 0.0340 0.0543 -0.0073 -0.0108 -0.0983
-0.0640 0.0639 0.1589 0.0391 0.0760 0.0249 0.0668 -0.0310 0.1292 0.1450
0.0970 0.0506 0.1607 0.1799 0.1196 0.0096 -0.0194 0.0133 0.1202 0.0759
0.1250 0.1560 -0.0934 -0.0367 -0.0061 0.0551 -0.0459 0.0016 -0.0663 -0.0481
-0.0398 -0.0522 0.0630 -0.0447 -0.0681 -0.1485 -0.1314 -0.0475 -0.0007 -0.0287
-0.0130 -0.0411 0.0072 0.0595 0.0433 0.0247 -0.0388 -0.0204 -0.0486 0.0971
0.1079 0.1680 -0.2129 -0.1362 -0.1330 -0.1121 0.0083 -0.1975 -0.0915 -0.0235
-0.0458 0.0417 -0.1112 -0.0893 -0.0407 0.0222 -1.8625
"""),
)
