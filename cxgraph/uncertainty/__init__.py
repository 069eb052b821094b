"""How sure a result is: resamples, intervals, sensitivity to the parameters, back-tests."""
