"""What was said: conversations, their messages, who may read them, and how they are delivered."""
