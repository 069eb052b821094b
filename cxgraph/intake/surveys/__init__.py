"""Exports of survey tools become answers: each cell of expectation and fulfilment finds its supplier and its client."""
