"""The linear algebra under the cascade: strongly connected components, certified solutions, spectral radii."""
