"""Wire contracts that existing clients already speak."""
