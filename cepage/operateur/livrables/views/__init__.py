"""Pages of the livrables: writing and signing (professionals), signing remotely and verifying (anybody)."""
