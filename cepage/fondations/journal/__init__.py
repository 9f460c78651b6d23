"""The sealed journal seen from outside: its head time-stamped by an authority, its verification, its page."""
