"""The critical path method, by the rules of the tool that the plan comes from."""
