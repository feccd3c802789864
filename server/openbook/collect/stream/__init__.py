"""The distributed mode: a NATS JetStream stream between the edge and the database.

The edge publishes what is prepared and answers when the stream has it on disk; `openbook worker`
processes pull, store and acknowledge after the commit. The fold makes redelivery harmless.
"""
