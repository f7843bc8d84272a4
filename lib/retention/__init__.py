"""How long customers stay: what was seen of it, two models of it, and what the data does not tell.

curve         Kaplan & Meier with Greenwood's error, the median or that it is not reached
compared      whether groups differ (log-rank)
cox           how facts about customers multiply their rate of leaving
sbg           shifted-beta-geometric: easy leavers leave first
bdw           beta-discrete-Weibull: the rate of each may rise first
constant      one constant rate, the comparison
squares       least squares where cohort counts are lacking
lifetime      expected periods, with a discount or a horizon and never without an end
cohorts       counts read as steps from age to age, refused where they do not identify a model
likelihood    the climb that both models share

`fit_sbg` and `fit_bdw` take the number still there at the start of each period: one list, or a row per cohort with None
where it was not seen.
"""

from lib.retention.bdw import Ratio, WeibullFit, fit_bdw, likelihood_ratio
from lib.retention.compared import LogRank, log_rank
from lib.retention.constant import Constant, constant_churn
from lib.retention.cox import BRESLOW, EFRON, Cox, cox
from lib.retention.curve import Curve, constant_hazard, kaplan_meier
from lib.retention.refusal import RetentionError
from lib.retention.sbg import Fit, fit_sbg
from lib.retention.squares import fit_sbg_last_two, fit_sbg_rates, fit_sbg_totals, rate_errors

__all__ = [
    "BRESLOW",
    "EFRON",
    "Constant",
    "Cox",
    "Curve",
    "Fit",
    "LogRank",
    "Ratio",
    "RetentionError",
    "WeibullFit",
    "constant_churn",
    "constant_hazard",
    "cox",
    "fit_bdw",
    "fit_sbg",
    "fit_sbg_last_two",
    "fit_sbg_rates",
    "fit_sbg_totals",
    "kaplan_meier",
    "likelihood_ratio",
    "log_rank",
    "rate_errors",
]
