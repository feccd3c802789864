"""Canned replies: texts that the team writes often."""
