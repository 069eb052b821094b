"""The doors of an analysis by theme; each method leads to a floor below."""
