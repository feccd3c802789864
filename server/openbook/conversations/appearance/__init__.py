"""How the chat looks and when somebody is there: a workspace's settings, and what pages read."""
