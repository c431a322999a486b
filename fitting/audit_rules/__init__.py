"""The rules of the audit, by what they look at; ``fitting.audit`` lists them with their limits."""
