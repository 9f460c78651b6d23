"""Search from anywhere: one field on every page, each room answering for what the person may see."""
