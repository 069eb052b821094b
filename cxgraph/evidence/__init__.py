"""How sure we are: resampling, calibration, robustness, backtest, and whether the scores can be trusted."""
