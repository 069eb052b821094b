"""The champagne tower: which glasses, where they stand, how they and the flows between them are drawn."""
