"""Whether the scores can be trusted: checks of single answers, and the outlier tests behind them."""
